// The hyper-parameters of a group of each rule: gatun_<id>_group, doubles in the order of rules.def, so that an array
// of doubles is an array of them. A choice has its words beside it: gatun_sgd_group::variant_choice::nesterov.
#ifndef GATUN_COMMON_GROUPS_H
#define GATUN_COMMON_GROUPS_H

#include "common/host_device.h"

#define GATUN_NUMBER(name) double name;
#define GATUN_CHOICE(name, ...)                  \
    enum class name##_choice { __VA_ARGS__ };    \
    double name;
#define GATUN_RULE(id, Rule, kind, fields, states) \
    struct gatun_##id##_group {                    \
        fields                                     \
    };
#include "common/rules.def"

namespace gatun {

// Whether a choice has been taken.
template <typename Choice>
GATUN_HOST_DEVICE bool is(double field, Choice choice)
{
    return field == static_cast<double>(choice);
}

template <typename Group>
GATUN_HOST_DEVICE bool is_maximized(const Group &group)
{
    return is(group.direction, Group::direction_choice::maximize);
}

template <typename Group>
GATUN_HOST_DEVICE bool is_proximal(const Group &group)
{
    return is(group.l1_method, Group::l1_method_choice::proximal);
}

template <typename Group>
GATUN_HOST_DEVICE bool is_decoupled(const Group &group)
{
    return is(group.decay, Group::decay_choice::decoupled);
}

}  // namespace gatun

#endif
