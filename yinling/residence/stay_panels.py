"""A resident's page is made of panels, in the manner of `registry/panels`. Each aggregate registers its own in ready():

    register_stay_panel(Panel("care", "照护", 40, Permission.GIVE_CARE, "residence/panels/care.html", load))

`load(stay, actor, at)` returns the template's values; the template has `stay` (with `person` and `place`), `actor`
and `at`. The page itself was found visible to the actor. Order: 10 to 30 the stay itself, 40 care, 60 fees, 70 family.
"""

from yinling.registry.panels import Board

_resident = Board("stay")
register_stay_panel = _resident.register
render_stay_panels = _resident.render
forget_stay_panel = _resident.forget
