from django.db import migrations

# Where a capital divides a name: MyReport, PDFExport.
DIVIDED = "[a-zà-ÿ][A-ZÀ-Þ]|[A-ZÀ-Þ][A-ZÀ-Þ][a-zà-ÿ]"
AT_ONCE = 5000


def await_pieces(apps, schema_editor):
    """Have those conversations indexed anew that have a file whose name is found by its pieces now. The worker does it,
    a batch at a time; what was asked for before is found all along."""
    Attachment, Waiting = apps.get_model("touchpoints", "Attachment"), apps.get_model("search", "Waiting")
    using = schema_editor.connection.alias
    theirs = Attachment.objects.using(using).filter(name__regex=DIVIDED).order_by()
    keys = list(theirs.values_list("touchpoint__conversation", flat=True).distinct())
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        # What waits with what came since is read as a whole now.
        Waiting.objects.using(using).filter(kind=1, key__in=some).update(since=0)
        Waiting.objects.using(using).bulk_create([Waiting(kind=1, key=key) for key in some], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("search", "0003_recent"), ("touchpoints", "0019_seek_spam")]

    operations = [migrations.RunPython(await_pieces, migrations.RunPython.noop, elidable=True)]
