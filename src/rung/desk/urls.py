from django.urls import path

from rung.desk.views import admission, contact, conversations, customers, files, letters, queue, touchpoints, unfinished

app_name = "desk"

urlpatterns = [
    path("", queue.home, name="home"),
    path("queue", queue.queue, {"view": "unassigned"}, name="queue"),
    path("queue/mine", queue.queue, {"view": "mine"}, name="queue_mine"),
    path("queue/<slug:view>", queue.queue, name="queue_view"),
    path("conversations/new", contact.new_conversation, name="new_conversation"),
    path("conversations/<int:number>", conversations.conversation, name="conversation"),
    path("conversations/<int:number>/answers", conversations.answers, name="answers"),
    path("conversations/<int:number>/notes", conversations.notes, name="notes"),
    path("conversations/<int:number>/assignment", conversations.assignment, name="assignment"),
    path("conversations/<int:number>/snooze", conversations.snooze, name="snooze"),
    path("conversations/<int:number>/resolution", conversations.resolution, name="resolution"),
    path("conversations/<int:number>/admission", admission.admission, name="admission"),
    path("conversations/<int:number>/reopening", conversations.reopening, name="reopening"),
    path("touchpoints/new", contact.log_contact, name="log_contact"),
    path("touchpoints/<int:pk>/phase", touchpoints.phase, name="phase"),
    path("touchpoints/<int:pk>/signals", touchpoints.signals, name="signals"),
    path("touchpoints/<int:pk>/letter", letters.letter, name="letter"),
    path("touchpoints/<int:pk>/letter-frame", letters.letter_frame, name="letter_frame"),
    path("touchpoints/<int:pk>/pictures", letters.pictures, name="pictures"),
    path("touchpoints/<int:pk>/delivery", touchpoints.delivery, name="delivery"),
    path("customers", customers.customers, name="customers"),
    path("customers/suggestions", contact.suggestions, name="suggestions"),
    path("customers/<int:pk>", customers.customer, name="customer"),
    path("customers/<int:pk>/description", customers.description, name="customer_description"),
    path("customers/<int:pk>/addresses", customers.addresses, name="customer_addresses"),
    path("settings/unfinished", unfinished.unfinished, name="unfinished"),
    path("settings/unfinished/<int:pk>/another-try", unfinished.another_try, name="another_try"),
    path("attachments/<int:pk>/preview", files.preview, name="preview"),
    path("attachments/<int:pk>/<str:name>", files.attachment, name="attachment"),
    path("files/<str:key>/<str:name>", files.file, name="file"),
]
