"""What each segment means, in a merchant's words."""

from django.utils.translation import gettext_noop

WHO = {
    "champions": gettext_noop("They bought lately, often, and for much money."),
    "loyal": gettext_noop("They bought lately and come back regularly."),
    "promising": gettext_noop("They bought lately but seldom so far: new, or only just returned."),
    "needs_attention": gettext_noop("Good customers whose last order is a while ago."),
    "about_to_sleep": gettext_noop("Small customers whose last order is a while ago."),
    "at_risk": gettext_noop("They used to buy often and for much money, but stayed away long."),
    "hibernating": gettext_noop("They bought now and then, long ago."),
    "lost": gettext_noop("They bought little, long ago."),
}
WHAT_TO_DO = {
    "champions": gettext_noop("Show them new arrivals first; don't spend discounts on them."),
    "loyal": gettext_noop("Offer them what goes with what they have."),
    "promising": gettext_noop("Win the second order while they remember you."),
    "needs_attention": gettext_noop("Remind them with something close to what they bought."),
    "about_to_sleep": gettext_noop("A cheap reminder, no more."),
    "at_risk": gettext_noop("Worth a personal offer before they are gone."),
    "hibernating": gettext_noop("Write at the season they used to buy in."),
    "lost": gettext_noop("Spend nothing on them."),
}
