from django.urls import path

from rung.channels.email.views import letters, mailboxes, signature, standing

app_name = "email"
urlpatterns = [
    path("letters", letters.letters, name="letters"),
    path("letters/replays", letters.replays, name="replays"),
    path("letters/<int:pk>", letters.letter, name="letter"),
    path("letters/<int:pk>/replay", letters.replay, name="replay"),
    path("letters/<int:pk>/original.eml", letters.original, name="original"),
    path("settings/mailboxes", mailboxes.mailboxes, name="mailboxes"),
    path("settings/mailboxes/new", mailboxes.new_mailbox, name="new_mailbox"),
    path("settings/mailboxes/trial", mailboxes.trial, name="new_trial"),
    path("settings/mailboxes/signature", signature.signature, name="signature"),
    path("settings/mailboxes/<int:pk>", mailboxes.mailbox, name="mailbox"),
    path("settings/mailboxes/<int:pk>/trial", mailboxes.trial, name="trial"),
    path("settings/mailboxes/<int:pk>/closure", mailboxes.closure, name="closure"),
    path("settings/mailboxes/<int:pk>/reopening", mailboxes.reopening, name="reopening"),
    path("settings/deliverability", standing.deliverability, name="deliverability"),
    path("settings/deliverability/<str:domain>/look", standing.look, name="look"),
    path("settings/deliverability/<str:domain>/keys", standing.keys, name="signing_keys"),
    path("settings/deliverability/keys/<int:pk>/beginning", standing.beginning, name="signing_beginning"),
    path("settings/deliverability/keys/<int:pk>/end", standing.end, name="signing_end"),
]
