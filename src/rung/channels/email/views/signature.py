from django.http import HttpResponse
from django.views.decorators.http import require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.channels.email.pages.signature import signature_page
from rung.ui.pages import render


@require_POST
@permission_required("settings.mailboxes")
def signature(request: AgentRequest) -> HttpResponse:
    """The closing lines of a mailbox, filled in; nothing is saved."""
    said = {name: request.POST.get(name, "")[:2000] for name in ("signature", "name", "address", "team")}
    return render(request, "email/signature.html", signature_page(request.agent, **said))
