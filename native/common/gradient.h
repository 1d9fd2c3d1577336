// What happens to a gradient before an optimizer's own rule sees it, in every optimizer alike.
#ifndef GATUN_COMMON_GRADIENT_H
#define GATUN_COMMON_GRADIENT_H

#include "common/domain.h"
#include "common/groups.h"
#include "common/host_device.h"
#include "common/variants.h"
#include "gatun.h"

namespace gatun {

// Computed in double, rounded once.
template <typename Real>
struct GradientConstants {
    Real scale;  // negative where the group maximizes: the sign change is exact
    Real limit;  // infinite where gradients are not clamped
    Real l2;
    Real l1;
    Real shrink;  // decoupled decay: 1 - learning_rate * weight_decay
    Real has_l2;
    Real has_l1;
    Real shrinks;
    Real threshold;  // of proximal L1; 0 where there is none
};

GATUN_HOST_DEVICE double combined_scale(const gatun_step &step)
{
    return step.clip_coefficient > 0.0 ? step.gradient_scale * step.clip_coefficient : step.gradient_scale;
}

// range_coefficient: that of the range, or 1.
template <typename Real, typename Group>
GATUN_HOST_DEVICE Real gradient_scale(const gatun_step &step, const Group &group, double range_coefficient)
{
    const double scale = combined_scale(step) * range_coefficient;
    return static_cast<Real>(is_maximized(group) ? -scale : scale);
}

// For a rule with neither decay nor L1 of the common kind.
template <typename Real, typename Group>
GATUN_HOST_DEVICE GradientConstants<Real> plain_gradient_constants(const gatun_step &step, const Group &group)
{
    GradientConstants<Real> c = {};
    c.scale = gradient_scale<Real>(step, group, 1.0);
    c.limit = step.clip_value > 0.0 ? static_cast<Real>(step.clip_value) : static_cast<Real>(__builtin_huge_val());
    return c;
}

template <typename Real, typename Group>
GATUN_HOST_DEVICE GradientConstants<Real> gradient_constants(const gatun_step &step, const Group &group, bool decoupled)
{
    GradientConstants<Real> c = plain_gradient_constants<Real>(step, group);
    c.l2 = static_cast<Real>(group.weight_decay);
    c.l1 = static_cast<Real>(group.l1);
    c.shrink = static_cast<Real>(1.0 - group.learning_rate * group.weight_decay);
    c.has_l2 = flag<Real>(!decoupled && group.weight_decay != 0.0);
    c.has_l1 = flag<Real>(!is_proximal(group) && group.l1 != 0.0);
    c.shrinks = flag<Real>(decoupled && group.weight_decay != 0.0);
    c.threshold = static_cast<Real>(is_proximal(group) ? group.learning_rate * group.l1 : 0.0);
    return c;
}

// Whether a group's L1 is in its domain.
template <typename Group>
GATUN_HOST_DEVICE bool valid_l1(const Group &group)
{
    return is_non_negative(group.l1) && is_finite(group.learning_rate * group.l1);
}

// The weight after decoupled decay.
template <typename Real>
GATUN_HOST_DEVICE Real decayed(const GradientConstants<Real> &c, Real w)
{
    return on(c.shrinks) ? w * c.shrink : w;
}

// The gradient without decay.
template <typename Real>
GATUN_HOST_DEVICE Real scaled(const GradientConstants<Real> &c, Real gradient)
{
    return clamped(c.scale * gradient, c.limit);
}

// The gradient as most rules use it; w is the weight after decoupled decay.
template <typename Real>
GATUN_HOST_DEVICE Real prepared(const GradientConstants<Real> &c, Real gradient, Real w)
{
    const Real plain = scaled(c, gradient);
    const Real g = on(c.has_l2) ? plain + c.l2 * w : plain;
    return on(c.has_l1) ? g + c.l1 * sign(w) : g;
}

// weight * x^2, multiplied in the order of torch's addcmul_: x * x alone would overflow long before it.
template <typename Real>
GATUN_HOST_DEVICE Real weighted_square(Real weight, Real x)
{
    return weight * x * x;
}

// keep * average + weight * x, keep + weight = 1. As in torch's lerp_, an average that is infinite becomes NaN with the
// next x: where a rule takes signs only, an infinite gradient would otherwise move its weight for ever.
template <typename Real>
GATUN_HOST_DEVICE Real averaged(Real keep, Real average, Real weight, Real x)
{
    return keep * average + weight * x + (average - average);
}

// After the rule: proximal L1, the soft threshold. A NaN stays a NaN.
template <typename Real>
GATUN_HOST_DEVICE Real soft_threshold(Real threshold, Real w)
{
    return w - clamped(w, threshold);
}

}  // namespace gatun

#endif
