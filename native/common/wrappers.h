// The wrappers of an optimizer, element by element.
#ifndef GATUN_COMMON_WRAPPERS_H
#define GATUN_COMMON_WRAPPERS_H

#include "common/host_device.h"

namespace gatun {

// Lookahead (Zhang et al., NeurIPS 2019): both weights meet.
template <typename Real>
GATUN_HOST_DEVICE void lookahead_rule(Real rate, Real &fast, Real &slow)
{
    slow = slow + rate * (fast - slow);
    fast = slow;
}

// The perturbation of sharpness-aware minimisation (Foret et al., ICLR 2021), and its adaptive form (Kwon et al., ICML
// 2021).
template <typename Real>
GATUN_HOST_DEVICE Real perturbed(Real coefficient, bool adaptive, Real w, Real gradient)
{
    return w + (adaptive ? coefficient * (w * w) : coefficient) * gradient;
}

}  // namespace gatun

#endif
