// Every optimizer under one face, for tests that hold for all of them: the C function in f32, and its rule in double.
#ifndef GATUN_TEST_OPTIMIZERS_H
#define GATUN_TEST_OPTIMIZERS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <array>
#include <vector>

#include "common/rules.h"
#include "gatun.h"
#include "steps.h"

// A slab's arrays; states not needed are null.
template <typename Real>
struct Slabs {
    Real *parameters;
    const Real *gradients;
    Real *states[3];
};

using Ranges = std::vector<gatun_range>;

// A hyper-parameter of a subject, by its name in the table: a number, or a word of a choice.
struct HyperParameter {
    const char *field;
    double number;
    const char *word;

    HyperParameter(const char *name, double value) : field(name), number(value), word(nullptr) {}
    HyperParameter(const char *name, const char *value) : field(name), number(0.0), word(value) {}
};

using Numbers = std::vector<double>;

struct Subject {
    const char *name;
    int32_t rule;
    Numbers group;
    std::array<double, 16> after;  // what golden/optimizers.py says of 200 steps
    Numbers pair;                  // two groups, the second one varied

    // How many states this group needs.
    int states() const;

    // > 0: clip_coefficient follows from this bound on the gradients' norm.
    double norm_bound() const;

    // A step with this group in f32, and with both.
    int32_t step(const Step *step, const gatun_range *ranges, int64_t range_count, int64_t elements,
                 const Slabs<float> &slabs) const;
    int32_t pair_step(const Step *step, const gatun_range *ranges, int64_t range_count, int64_t elements,
                      const Slabs<float> &slabs) const;

    // The same in double; every range is of this group.
    void in_double(const gatun_step &step, const Ranges &ranges, const Slabs<double> &slabs) const;

    bool is_layerwise() const;
};

// In [-1, 1), exact in f32; the same as in golden/optimizers.py.
inline double noise(int64_t i, int64_t t)
{
    uint32_t mixed = static_cast<uint32_t>(i + t * 7919) * 2654435761u;
    mixed ^= mixed >> 15;
    mixed *= 2246822519u;
    return static_cast<double>(mixed >> 10) / 2097152.0 - 1.0;
}

// The place of a field, or -1.
inline int field_of(int32_t rule, const char *name)
{
    for (int32_t field = 0; gatun_rule_field(rule, field) != nullptr; ++field) {
        if (strcmp(gatun_rule_field(rule, field), name) == 0) {
            return field;
        }
    }
    return -1;
}

inline int field_count(int32_t rule)
{
    int count = 0;
    while (gatun_rule_field(rule, count) != nullptr) {
        ++count;
    }
    return count;
}

// The index of a word among "first, second, ...", or -1.
inline int word_of(const char *words, const char *word)
{
    int index = 0;
    const size_t length = strlen(word);
    for (const char *at = words; *at != '\0'; at += strspn(at, ", "), ++index) {
        const size_t next = strcspn(at, ",");
        if (next == length && strncmp(at, word, length) == 0) {
            return index;
        }
        at += next;
    }
    return -1;
}

// What is not set is 0, or the first word.
inline Numbers group_of(const char *subject, int32_t rule, const std::vector<HyperParameter> &settings)
{
    Numbers group(static_cast<size_t>(field_count(rule)));
    for (const HyperParameter &setting : settings) {
        const int field = field_of(rule, setting.field);
        const int word = field < 0 || setting.word == nullptr ? 0
            : word_of(gatun_rule_choices(rule, field), setting.word);
        if (field < 0 || word < 0) {
            fprintf(stderr, "%s: no field %s\n", subject, setting.field);
            abort();
        }
        group[static_cast<size_t>(field)] = setting.word == nullptr ? setting.number : word;
    }
    return group;
}

// A group that differs: another rate, and proximal L1 where there is one.
inline Numbers varied(int32_t rule, Numbers group)
{
    group[static_cast<size_t>(field_of(rule, "learning_rate"))] *= 0.5;
    if (field_of(rule, "l1") >= 0) {
        group[static_cast<size_t>(field_of(rule, "l1"))] = 0.01;
        group[static_cast<size_t>(field_of(rule, "l1_method"))] = 1.0;
    }
    return group;
}

inline Subject subject(const char *name, const char *rule, const std::vector<HyperParameter> &settings,
                       const std::array<double, 16> &after)
{
    const int32_t number = gatun_find_rule(rule);
    const Numbers group = group_of(name, number, settings);
    const Numbers other = varied(number, group);
    Numbers pair = group;
    pair.insert(pair.end(), other.begin(), other.end());
    return {name, number, group, after, pair};
}

inline int32_t Subject::step(const Step *step, const gatun_range *ranges, int64_t range_count, int64_t elements,
                             const Slabs<float> &slabs) const
{
    return update(rule, step, group.data(), 1, ranges, range_count, elements, slabs.parameters, slabs.gradients,
                  slabs.states[0], slabs.states[1], slabs.states[2]);
}

inline int32_t Subject::pair_step(const Step *step, const gatun_range *ranges, int64_t range_count, int64_t elements,
                                  const Slabs<float> &slabs) const
{
    return update(rule, step, pair.data(), 2, ranges, range_count, elements, slabs.parameters, slabs.gradients,
                  slabs.states[0], slabs.states[1], slabs.states[2]);
}

// The rule in double, for the variant that the constants choose.
template <typename Constants>
struct ApplyInDouble {
    const Constants &c;
    const gatun_range &range;
    const Slabs<double> &s;

    template <typename Rule, int... states>
    void operator()(gatun::Variant<Rule, states...>) const
    {
        for (int64_t i = range.begin; i < range.end; ++i) {
            Rule::apply(c, s.parameters[i], s.gradients[i], s.states[states][i]...);
        }
    }
};

template <typename Constants>
struct MeasureInDouble {
    const Constants &c;
    const gatun_range &range;
    const Slabs<double> &s;
    double *sums;

    template <typename Rule, int... states>
    void operator()(gatun::Variant<Rule, states...>) const
    {
        for (int64_t i = range.begin; i < range.end; ++i) {
            const double d = Rule::direction(c, s.parameters[i], s.gradients[i], s.states[states][i]...);
            sums[0] += s.parameters[i] * s.parameters[i];
            sums[1] += d * d;
        }
    }
};

template <typename Rule>
void elementwise_in_double(const gatun_step &step, const Numbers &group, const Ranges &ranges, const Slabs<double> &s)
{
    using Constants = typename Rule::template Constants<double>;
    const Constants c = Rule::template constants<double>(
        step, *reinterpret_cast<const typename Rule::Group *>(group.data()));
    for (const gatun_range &range : ranges) {
        Rule::template choose<Rule>(c, ApplyInDouble<Constants>{c, range, s});
    }
}

template <typename Rule>
void layerwise_in_double(const gatun_step &step, const Numbers &group, const Ranges &ranges, const Slabs<double> &s)
{
    using Constants = typename Rule::template Constants<double>;
    for (const gatun_range &range : ranges) {
        Constants c = Rule::template constants<double>(
            step, *reinterpret_cast<const typename Rule::Group *>(group.data()));
        if (Rule::two_passes(c)) {
            double sums[2] = {};
            MeasureInDouble<Constants>{c, range, s, sums}(typename Rule::Measured());
            Rule::adapt(c, sqrt(sums[0]), sqrt(sums[1]));
        }
        Rule::template choose<Rule>(c, ApplyInDouble<Constants>{c, range, s});
    }
}

inline void Subject::in_double(const gatun_step &step, const Ranges &ranges, const Slabs<double> &slabs) const
{
    switch (rule) {
#define GATUN_ELEMENTWISE(id, Rule) \
    case gatun::number_of_##id:     \
        return elementwise_in_double<gatun::Rule>(step, group, ranges, slabs);
#define GATUN_LAYERWISE(id, Rule) \
    case gatun::number_of_##id:   \
        return layerwise_in_double<gatun::Rule>(step, group, ranges, slabs);
#include "common/rules.def"
    }
    abort();
}

inline double Subject::norm_bound() const
{
    const int field = field_of(rule, "max_gradient_norm");
    return field < 0 ? 0.0 : group[static_cast<size_t>(field)];
}

inline bool Subject::is_layerwise() const
{
    switch (rule) {
#define GATUN_LAYERWISE(id, Rule) \
    case gatun::number_of_##id:   \
        return true;
#include "common/rules.def"
    }
    return false;
}

inline int Subject::states() const
{
    int count = 0;
    for (int state = 0; gatun_rule_state(rule, state) != nullptr; ++state) {
        switch (rule) {
#define GATUN_ELEMENTWISE(id, Rule)                                                                          \
    case gatun::number_of_##id:                                                                              \
        count += gatun::Rule::needs(*reinterpret_cast<const gatun_##id##_group *>(group.data()), state); \
        break;
#define GATUN_LAYERWISE(id, Rule) GATUN_ELEMENTWISE(id, Rule)
#include "common/rules.def"
        }
    }
    return count;
}

// With the settings and figures of golden/optimizers.py.
inline std::vector<Subject> subjects()
{
    return {
#include "golden/optimizers.inc"
    };
}

#endif
