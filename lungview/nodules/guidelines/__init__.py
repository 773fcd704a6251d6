"""What guidelines recommend for a nodule: Lung-RADS v2022, Fleischner 2017, BTS 2015 as text."""
