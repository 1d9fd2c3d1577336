// Rprop, in the order of torch/optim/rprop.py.
#ifndef GATUN_COMMON_RPROP_RULE_H
#define GATUN_COMMON_RPROP_RULE_H

#include "common/gradient.h"

namespace gatun {

struct RpropRule : WithStates<2> {
    using Group = gatun_rprop_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real initial;
        Real decrease;
        Real increase;
        Real smallest;
        Real largest;
        Real starts;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               group.decrease > 0.0 && group.decrease < 1.0 &&
               group.increase > 1.0 && is_finite(group.increase) &&
               is_non_negative(group.smallest) &&
               is_non_negative(group.largest) &&
               group.smallest <= group.largest;
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        Constants<Real> c;
        c.gradient = plain_gradient_constants<Real>(step, group);
        c.initial = static_cast<Real>(group.learning_rate);
        c.decrease = static_cast<Real>(group.decrease);
        c.increase = static_cast<Real>(group.increase);
        c.smallest = static_cast<Real>(group.smallest);
        c.largest = static_cast<Real>(group.largest);
        c.starts = flag<Real>(step.step == 1);
        return c;
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &previous, Real &size)
    {
        const Real g = scaled(c.gradient, gradient);
        // The product itself is compared, as torch does: where it underflows, the size stays.
        const Real agreement = on(c.starts) ? Real(0) : g * previous;
        const Real factor = agreement > Real(0) ? c.increase : agreement < Real(0) ? c.decrease : Real(1);
        const Real grown = (on(c.starts) ? c.initial : size) * factor;
        const Real bounded = grown < c.smallest ? c.smallest : grown > c.largest ? c.largest : grown;
        const Real used = agreement < Real(0) ? Real(0) : g;
        size = bounded;
        w = w - sign(used) * bounded;
        previous = used;
    }
};

}  // namespace gatun

#endif
