"""The registry's endpoints for other systems; `site/api.py` mounts them. One file per subject."""

from ninja import Router

from yinling.registry.api import areas, people, places

router = Router()
router.add_router("", areas.router)
router.add_router("", places.router)
router.add_router("", people.router)
