"""The table of purchases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The first one."""

    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="Case",
            fields=[("id", models.BigAutoField(primary_key=True))],
            options={"managed": False},
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                ("order", models.CharField(max_length=100, primary_key=True)),
                ("buyer", models.CharField(max_length=150)),
                ("paid", models.CharField(max_length=40)),
                ("waiting", models.JSONField(null=True)),
            ],
        ),
    )
