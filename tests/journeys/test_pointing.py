"""What was said is pointed at for a colleague, taken along on paper, and stands beside what was ordered."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import Colleague, Person

pytestmark = pytest.mark.journey


def test_one_letter_of_many_is_pointed_at_and_printed_beside_what_was_ordered(
    ada: Colleague, lin: Colleague, root: Colleague, carla: Person
) -> None:
    first = carla.writes("The bill of March", "\n".join(f"Position {n} is wrong." for n in range(1, 40)))
    second = carla.letter("Re: The bill of March", "\n".join(f"Position {n} is right." for n in range(1, 40)))
    second["In-Reply-To"] = str(first["Message-ID"])
    carla.sends(second)
    ada.opens_queue()
    ada.sees_in_queue("The bill of March")
    root.imports(
        "orders", f"number,email,title,state,date\nF-2041,{carla.address},A table of oak,on its way,2026-01-05\n"
    )
    ada.opens("The bill of March")
    ada.sees("Position 3 is right.")
    expect(ada.page.locator("#beside")).to_contain_text("A table of oak")
    expect(ada.page.locator("#beside")).to_contain_text("on its way")
    ada.meets_no_barrier()
    earlier = ada.thread.get_by_role("article").filter(has_text="Position 3 is wrong.")
    link = earlier.locator("a[data-copy]").get_attribute("href")
    assert link is not None

    lin.goes_to(link)
    marked = lin.page.locator("#thread :target")
    expect(marked).to_contain_text("Position 3 is wrong.")
    expect(marked.get_by_text("Position 3 is wrong.")).to_be_in_viewport()
    assert marked.get_by_role("article").evaluate("each => getComputedStyle(each).boxShadow") != "none"

    paper = lin.page
    expect(paper.locator("#composer")).to_be_visible()
    paper.emulate_media(media="print")
    for kept in ("Position 39 is wrong.", "Position 39 is right.", "Conversation #", carla.address):
        expect(paper.get_by_text(kept).first).to_be_visible()
    for left in (paper.get_by_role("navigation"), paper.locator("#composer, #beside"), paper.get_by_role("button")):
        expect(left.filter(visible=True)).to_have_count(0)
