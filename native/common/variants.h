// How many of its states a rule works on: which, a group's numbers decide.
#ifndef GATUN_COMMON_VARIANTS_H
#define GATUN_COMMON_VARIANTS_H

#include "common/host_device.h"

namespace gatun {

// The most states that a rule of rules.def has.
constexpr int most_states = 3;

// A rule on some of its states, by their places in the table: its apply() takes them in this order.
template <typename Rule, int... states>
struct Variant {
};

// The first count states.
template <typename Rule, int count>
struct FirstStates;

template <typename Rule>
struct FirstStates<Rule, 0> {
    using type = Variant<Rule>;
};

template <typename Rule>
struct FirstStates<Rule, 1> {
    using type = Variant<Rule, 0>;
};

template <typename Rule>
struct FirstStates<Rule, 2> {
    using type = Variant<Rule, 0, 1>;
};

template <typename Rule>
struct FirstStates<Rule, 3> {
    using type = Variant<Rule, 0, 1, 2>;
};

// A rule whose groups all need all of the first count states.
template <int count>
struct WithStates {
    template <typename Group>
    GATUN_HOST_DEVICE bool needs(const Group &, int)
    {
        return true;
    }

    template <typename Rule, typename Constants, typename Visit>
    GATUN_HOST_DEVICE void choose(const Constants &, const Visit &visit)
    {
        visit(typename FirstStates<Rule, count>::type());
    }
};

}  // namespace gatun

#endif
