"""What others said of pictures: segmentations, structure sets, presentation states, measurement reports."""
