from rung.training.pages.funnel import FunnelPage, funnel_page
from rung.training.pages.mine import MyPage, my_page
from rung.training.pages.opportunity import OpportunityPage, opportunity_page
from rung.training.pages.overview import OpportunitiesPage, opportunities_page
from rung.training.pages.paper import my_paper, opportunities_paper
from rung.training.pages.tables import opportunities_rows

__all__ = [
    "FunnelPage",
    "MyPage",
    "OpportunitiesPage",
    "OpportunityPage",
    "funnel_page",
    "my_page",
    "my_paper",
    "opportunities_page",
    "opportunities_paper",
    "opportunities_rows",
    "opportunity_page",
]
