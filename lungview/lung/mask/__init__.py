"""From HU to the lungs: body, gas, airways, sides, what the border hides."""
