"""Second looks: where the first outline of a click was refused, or left some of the nodule out."""
