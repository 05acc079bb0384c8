from rung.training.pages.funnel import FunnelPage, funnel_page
from rung.training.pages.mine import MyPage, my_page
from rung.training.pages.opportunity import OpportunityPage, opportunity_page
from rung.training.pages.overview import OpportunitiesPage, opportunities_page
from rung.training.pages.paper import funnel_paper, my_paper, opportunities_paper, opportunity_paper
from rung.training.pages.tables import funnel_rows, opportunities_rows, opportunity_rows
from rung.training.pages.texts import title_of

__all__ = [
    "FunnelPage",
    "MyPage",
    "OpportunitiesPage",
    "OpportunityPage",
    "funnel_page",
    "funnel_paper",
    "funnel_rows",
    "my_page",
    "my_paper",
    "opportunities_page",
    "opportunities_paper",
    "opportunities_rows",
    "opportunity_page",
    "opportunity_paper",
    "opportunity_rows",
    "title_of",
]
