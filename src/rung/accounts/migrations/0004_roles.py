from typing import Any

from django.db import migrations, models

# As they were when roles became rows; `permissions.BUILT_IN` may have moved on since.
AGENT = ["answers.write", "customers.see", "customers.change", "customers.merge", "numbers.see", "exports.take"]
LEAD = [
    *("answers.write", "customers.see", "customers.change", "customers.merge", "customers.import"),
    *("numbers.see", "exports.take", "letters.see"),
    *("settings.words", "settings.surveys", "settings.ladder", "settings.repair"),
]
ROLES = {"agent": ("teams", AGENT), "lead": ("all", LEAD), "administrator": ("all", [])}


def begin(apps: Any, schema_editor: Any) -> None:
    role, agent = apps.get_model("accounts", "Role"), apps.get_model("accounts", "Agent")
    for key, (scope, permissions) in ROLES.items():
        role.objects.create(key=key, name="", scope=scope, permissions=permissions)
        agent.objects.filter(role=key).update(scope=scope, permissions=permissions)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_closing_lines")]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=20, unique=True)),
                ("name", models.CharField(blank=True, max_length=60)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("all", "everything"),
                            ("teams", "their teams' work, what no team has taken, and what is theirs"),
                            (
                                "own",
                                "what is theirs, and what nobody has taken yet in their teams or outside any team",
                            ),
                        ],
                        default="teams",
                        max_length=5,
                    ),
                ),
                ("permissions", models.JSONField(default=list)),
            ],
        ),
        migrations.AlterField(
            model_name="agent",
            name="role",
            field=models.CharField(default="agent", max_length=20),
        ),
        migrations.AddField(
            model_name="agent",
            name="scope",
            field=models.CharField(
                choices=[
                    ("all", "everything"),
                    ("teams", "their teams' work, what no team has taken, and what is theirs"),
                    ("own", "what is theirs, and what nobody has taken yet in their teams or outside any team"),
                ],
                default="teams",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="permissions",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
