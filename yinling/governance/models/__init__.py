from yinling.governance.models.bulletins import Bulletin, Snapshot
from yinling.governance.models.documents import Correction, Measure, MeasureUnit, PolicyDocument, Target
from yinling.governance.models.indicators import Figure, IndicatorValue
from yinling.governance.models.rounds import Report, ReportLine, Round, RoundSettings
from yinling.governance.models.tasks import Evidence, LocalTarget, Task, TaskUnit

__all__ = [
    "Bulletin",
    "Correction",
    "Evidence",
    "Figure",
    "IndicatorValue",
    "LocalTarget",
    "Measure",
    "MeasureUnit",
    "PolicyDocument",
    "Report",
    "ReportLine",
    "Round",
    "RoundSettings",
    "Snapshot",
    "Target",
    "Task",
    "TaskUnit",
]
