import django.db.models.deletion
from django.db import migrations, models

DOUBLED = (
    ("touchpoints_touchpoint_conversation_id_a16811b8", "touchpoints_touchpoint (conversation_id)"),
    ("touchpoints_touchpoint_customer_id_82323295", "touchpoints_touchpoint (customer_id)"),
    ("touchpoints_conversation_customer_id_9a5379ab", "touchpoints_conversation (customer_id)"),
    ("touchpoints_conversation_team_id_d0fac8ae", "touchpoints_conversation (team_id)"),
)


class Migration(migrations.Migration):
    """Another index begins with the same column. By statements of our own: as an altered field, PostgreSQL would look
    through the whole table for its foreign key once more, and SQLite would write the table anew."""

    dependencies = [("touchpoints", "0019_seek_spam")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {on}")
                for name, on in DOUBLED
            ],
            state_operations=[
                migrations.AlterField(
                    "touchpoint",
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="touchpoints",
                        to="touchpoints.conversation",
                    ),
                ),
                migrations.AlterField(
                    "touchpoint",
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touchpoints",
                        to="customers.customer",
                    ),
                ),
                migrations.AlterField(
                    "conversation",
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversations",
                        to="customers.customer",
                    ),
                ),
                migrations.AlterField(
                    "conversation",
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
        )
    ]
