"""How thick a plane is and how its values become one: two fields in the line above its view."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QWidget

from lungview.study.space import Projection
from lungview.viewer.mpr.crosshair import Slab

THICKEST_MM = 200.0


class SlabControls(QWidget):
    """chosen carries the Slab that the reader chose."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thickness = QDoubleSpinBox(minimum=0.0, maximum=THICKEST_MM, decimals=1, singleStep=1.0)
        self.thickness.setSuffix(self.tr(" mm"))
        self.thickness.setSpecialValueText(self.tr("thin"))
        self.thickness.setKeyboardTracking(False)
        self.thickness.setAccessibleName(self.tr("Thickness of the slab"))
        self.thickness.setToolTip(self.thickness.accessibleName())
        self.projection = QComboBox()
        for projection, text in (
            (Projection.MEAN, self.tr("Mean")),
            (Projection.MAX, self.tr("MIP")),
            (Projection.MIN, self.tr("MinIP")),
        ):
            self.projection.addItem(text, projection)
        self.projection.setAccessibleName(self.tr("What is shown of the slab"))
        self.projection.setToolTip(self.projection.accessibleName())
        self.thickness.setFixedWidth(84)
        self.projection.setMaximumWidth(84)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.thickness)
        row.addWidget(self.projection)
        self.show_slab(Slab())
        self.thickness.valueChanged.connect(self._tell)
        self.projection.currentIndexChanged.connect(self._tell)

    @property
    def slab(self) -> Slab:
        return Slab(self.thickness.value(), Projection(self.projection.currentData()))

    def show_slab(self, slab: Slab) -> None:
        blocked = self.blockSignals(True)
        self.thickness.setValue(slab.thickness_mm)
        self.projection.setCurrentIndex(max(self.projection.findData(slab.projection), 0))
        self.projection.setVisible(slab.thickness_mm > 0)
        self.blockSignals(blocked)

    def _tell(self, _: object) -> None:
        self.projection.setVisible(self.thickness.value() > 0)
        self.chosen.emit(self.slab)
