// Clipping by global norm, in the order of torch's clip_grad_norm_.
#ifndef GATUN_COMMON_CLIPPING_H
#define GATUN_COMMON_CLIPPING_H

#include <float.h>

#include "common/host_device.h"

namespace gatun {

// What the gradients are multiplied by. norm: theirs, finite; clip_norm: its bound, 0: none; trust_norm: LAMB's bound
// on what is left, 0: none. Never zero, which a step would take for "off".
GATUN_HOST_DEVICE double clip_coefficient(double norm, double clip_norm, double trust_norm)
{
    double coefficient = clip_norm > 0.0 ? clip_norm / (norm + 1e-6) : 1.0;
    coefficient = coefficient < 1.0 ? coefficient : 1.0;
    if (trust_norm > 0.0) {
        coefficient /= larger(1.0, norm * coefficient / trust_norm);
    }
    return larger(DBL_MIN, coefficient);
}

}  // namespace gatun

#endif
