from django import forms


class StudyForm(forms.Form):
    """What is to be worked out: topics anew or not, and how many; left empty, as many as usual."""

    topics = forms.ChoiceField(choices=[("keep", ""), ("anew", "")], required=False)
    wanted = forms.IntegerField(min_value=2, max_value=40, required=False)


class NameForm(forms.Form):
    """A topic's name; empty: by its words."""

    name = forms.CharField(max_length=80, required=False)


class MergingForm(forms.Form):
    """The topic that another is merged into."""

    into = forms.IntegerField(min_value=1)
