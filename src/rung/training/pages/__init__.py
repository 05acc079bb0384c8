from rung.training.pages.funnel import FunnelPage, funnel_page
from rung.training.pages.mine import MyPage, my_page
from rung.training.pages.opportunity import OpportunityPage, opportunity_page
from rung.training.pages.overview import OpportunitiesPage, opportunities_page

__all__ = [
    "FunnelPage",
    "MyPage",
    "OpportunitiesPage",
    "OpportunityPage",
    "funnel_page",
    "my_page",
    "opportunities_page",
    "opportunity_page",
]
