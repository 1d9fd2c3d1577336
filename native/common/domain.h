// The domains of hyper-parameters.
#ifndef GATUN_COMMON_DOMAIN_H
#define GATUN_COMMON_DOMAIN_H

#include <float.h>
#include <stdint.h>

#include "common/host_device.h"

namespace gatun {

// Finite, and still finite once rounded to f32.
GATUN_HOST_DEVICE bool is_finite(double x)
{
    return x >= -FLT_MAX && x <= FLT_MAX;
}

GATUN_HOST_DEVICE bool is_non_negative(double x)
{
    return x >= 0.0 && x <= FLT_MAX;
}

// In [0, 1).
GATUN_HOST_DEVICE bool is_fraction(double x)
{
    return x >= 0.0 && x < 1.0;
}

GATUN_HOST_DEVICE bool is_flag(int64_t x)
{
    return x == 0 || x == 1;
}

}  // namespace gatun

#endif
