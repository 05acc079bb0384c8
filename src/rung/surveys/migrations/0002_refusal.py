import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("surveys", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("refused_at", models.DateTimeField()),
                (
                    "invitation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="surveys.invitation"
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            model_name="invitation",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("off", "surveys are switched off"),
                    ("automatic", "only machines wrote"),
                    ("not_by_person", "no person resolved it"),
                    ("refused", "does not want to be asked"),
                    ("no_address", "no e-mail address that works"),
                    ("asked_recently", "asked within the last 90 days"),
                    ("relationship_wins", "just asked about the relationship"),
                    ("reopened", "the matter was reopened"),
                    ("stale", "resolved too long ago"),
                ],
                default="",
                max_length=20,
            ),
        ),
    ]
