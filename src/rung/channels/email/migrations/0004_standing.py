from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("email", "0003_intake"),
    ]

    operations = [
        migrations.CreateModel(
            name="SendingDomain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(max_length=253, unique=True)),
                ("checked_at", models.DateTimeField()),
                ("facts", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(max_length=253)),
                ("selector", models.CharField(max_length=63)),
                (
                    "algorithm",
                    models.CharField(
                        choices=[
                            ("rsa", "RSA, which every server knows"),
                            ("ed25519", "Ed25519, short and modern"),
                        ],
                        max_length=10,
                    ),
                ),
                ("private", models.TextField()),
                ("public", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("is_found", models.BooleanField(default=False)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("domain", "selector"), name="signing_key_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("domain", "algorithm"),
                        name="signing_key_alone",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="mailbox",
            name="trusted_servers",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
    ]
