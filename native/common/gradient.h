// What happens to a gradient before an optimizer's own rule sees it, in every optimizer alike.
#ifndef GATUN_COMMON_GRADIENT_H
#define GATUN_COMMON_GRADIENT_H

#include "common/domain.h"
#include "common/host_device.h"
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
};

GATUN_HOST_DEVICE double combined_scale(const gatun_step &step)
{
    return step.clip_coefficient > 0.0 ? step.gradient_scale * step.clip_coefficient : step.gradient_scale;
}

template <typename Real>
GATUN_HOST_DEVICE GradientConstants<Real> gradient_constants(const gatun_step &step, int32_t maximize,
                                                             double learning_rate, double weight_decay, double l1,
                                                             bool decoupled)
{
    const double scale = combined_scale(step);
    GradientConstants<Real> c;
    c.scale = static_cast<Real>(maximize ? -scale : scale);
    c.limit = step.clip_value > 0.0 ? static_cast<Real>(step.clip_value) : static_cast<Real>(__builtin_huge_val());
    c.l2 = static_cast<Real>(weight_decay);
    c.l1 = static_cast<Real>(l1);
    c.shrink = static_cast<Real>(1.0 - learning_rate * weight_decay);
    c.has_l2 = flag<Real>(!decoupled && weight_decay != 0.0);
    c.has_l1 = flag<Real>(l1 != 0.0);
    c.shrinks = flag<Real>(decoupled && weight_decay != 0.0);
    return c;
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

}  // namespace gatun

#endif
