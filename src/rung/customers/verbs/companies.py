"""Companies: their names, and the domains their people write from."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen
from rung.core.text import one_line
from rung.customers.acquaintances import companies_behind
from rung.customers.addresses import FREE_MAIL, domain_named
from rung.customers.events import CompanyDescribed, CompanyMet
from rung.customers.models import Company, FurtherDomain
from rung.journal.verbs import record


@transaction.atomic
def create_company(name: str, *, domain: str = "", is_internal: bool = False, by: Actor, at: datetime) -> Company:
    """Enter a company; people who write from its domain will belong to it. Raises ValidationError on a taken domain."""
    domain = one_line(domain, 190).lower().removeprefix("@")
    if domain and companies_behind([domain]):
        raise ValidationError({"domain": _("A company with this domain is known already.")})
    company = Company.objects.create(name=one_line(name, 160), domain=domain, is_internal=is_internal)
    record(CompanyMet(company=company.pk), by=by, at=at)
    return company


@transaction.atomic
def describe_company(
    company: Company, *, name: str, domains: Iterable[str], seen: Seen = UNSEEN, by: Actor, at: datetime
) -> None:
    """Change a company's name and all its domains, the main one first. Whoever writes from one of them for the first time
    belongs to it from now on. The same again: nothing happens.

    Raises ValidationError without a name, and on what is no domain, is open to everybody, or is another company's; Overtaken
    when somebody else was quicker.
    """
    name, wanted = one_line(name, 160), _domains(domains)
    if not name:
        raise ValidationError({"name": _("Say what it is called.")})
    company.refresh_from_db(from_queryset=Company.objects.select_for_update().order_by())
    further = company.further_domains.values_list("name", flat=True)
    there = {"name": company.name, "domains": "\n".join(each for each in (company.domain, *further) if each)}
    settled = seen.settled({"name": name, "domains": "\n".join(wanted)}, there)
    name, wanted = settled["name"], settled["domains"].split()
    for domain, owner in companies_behind(wanted).items():
        if owner.pk != company.pk:
            said = _("%(domain)s belongs to %(company)s already.") % {"domain": domain, "company": owner}
            raise ValidationError({"domains": said})
    changed = []
    if company.name != name:
        changed.append("name")
    present = there["domains"].split()
    if set(present) != set(wanted) or (wanted and company.domain != wanted[0]):
        changed.append("domains")
    if not changed:
        return
    company.name, company.domain = name, wanted[0] if wanted else ""
    company.further_domains.all().delete()
    company.save(update_fields=["name", "domain"])
    FurtherDomain.objects.bulk_create(FurtherDomain(company=company, name=each) for each in wanted[1:])
    record(CompanyDescribed(company=company.pk, changed=changed), by=by, at=at)


def _domains(written: Iterable[str]) -> list[str]:
    wanted = []
    for each in written:
        domain = domain_named(each)
        if not domain:
            said = _("“%(domain)s” is no domain, such as example.com.") % {"domain": one_line(each, 80)}
            raise ValidationError({"domains": said})
        if domain in FREE_MAIL:
            said = _("Anybody may have an address at %(domain)s; it tells no company.") % {"domain": domain}
            raise ValidationError({"domains": said})
        if domain not in wanted:
            wanted.append(domain)
    return wanted
