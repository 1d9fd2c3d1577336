// The step functions as tests call them: one for each rule of the table, with its struct of hyper-parameters, and a
// step that carries the arrays which gatun_update takes beside it.
#ifndef GATUN_TEST_STEPS_H
#define GATUN_TEST_STEPS_H

#include <stdint.h>

#include "common/groups.h"
#include "gatun.h"

struct Step : gatun_step {
    float *average;
    uint16_t *bf16_weights;
    const double *range_coefficients;
};

inline int32_t update(int32_t rule, const Step *step, const double *groups, int64_t group_count,
                      const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                      const float *gradients, float *state0 = nullptr, float *state1 = nullptr,
                      float *state2 = nullptr)
{
    return gatun_update(rule, step, groups, group_count, ranges, range_count,
                        step == nullptr ? nullptr : step->range_coefficients, elements, parameters, gradients, state0,
                        state1, state2, step == nullptr ? nullptr : step->average,
                        step == nullptr ? nullptr : step->bf16_weights);
}

inline int32_t update_8bit(int32_t rule, const Step *step, const double *groups, int64_t group_count,
                           const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                           const float *gradients, uint8_t *codes0 = nullptr, float *scales0 = nullptr,
                           uint8_t *codes1 = nullptr, float *scales1 = nullptr)
{
    return gatun_update_8bit(rule, step, groups, group_count, ranges, range_count,
                             step == nullptr ? nullptr : step->range_coefficients, elements, parameters, gradients,
                             codes0, scales0, codes1, scales1, step == nullptr ? nullptr : step->average,
                             step == nullptr ? nullptr : step->bf16_weights);
}

// A group as gatun_update takes it.
template <typename Group>
const double *doubles(const Group *groups)
{
    return reinterpret_cast<const double *>(groups);
}

#define GATUN_RULE(id, Rule, kind, fields, states)                                                       \
    template <typename... States>                                                                        \
    int32_t id##_step(const Step *step, const gatun_##id##_group *groups, int64_t group_count,           \
                      const gatun_range *ranges, int64_t range_count, int64_t elements,                  \
                      float *parameters, const float *gradients, States... all_states)                   \
    {                                                                                                    \
        return update(gatun_find_rule(#id), step, doubles(groups), group_count, ranges, range_count,     \
                      elements, parameters, gradients, all_states...);                                   \
    }                                                                                                    \
    template <typename... States>                                                                        \
    int32_t id##_step_8bit(const Step *step, const gatun_##id##_group *groups, int64_t group_count,      \
                           const gatun_range *ranges, int64_t range_count, int64_t elements,             \
                           float *parameters, const float *gradients, States... all_states)              \
    {                                                                                                    \
        return update_8bit(gatun_find_rule(#id), step, doubles(groups), group_count, ranges, range_count, \
                           elements, parameters, gradients, all_states...);                              \
    }
#include "common/rules.def"

inline int32_t muon_direction(const Step *step, const gatun_muon_group *groups, int64_t group_count,
                              const gatun_range *ranges, int64_t range_count, int64_t elements,
                              const gatun_matrix *matrix, const float *gradients, float *momentum, float *direction)
{
    return gatun_muon_direction(step, doubles(groups), group_count, ranges, range_count, step->range_coefficients,
                                elements, matrix, gradients, momentum, direction);
}

inline int32_t muon_update(const Step *step, const gatun_muon_group *groups, int64_t group_count,
                           const gatun_range *ranges, int64_t range_count, int64_t elements,
                           const gatun_matrix *matrix, float *parameters, const float *direction)
{
    return gatun_muon_update(step, doubles(groups), group_count, ranges, range_count, step->range_coefficients,
                             elements, matrix, parameters, direction, step->average, step->bf16_weights);
}

inline int32_t adafactor_matrix_step(const Step *step, const gatun_adafactor_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     const gatun_matrix *matrix, float *parameters, const float *gradients,
                                     float *row_variance, float *column_variance)
{
    return gatun_adafactor_matrix_step(step, doubles(groups), group_count, ranges, range_count,
                                       step->range_coefficients, elements, matrix, parameters, gradients,
                                       row_variance, column_variance, step->average, step->bf16_weights);
}

inline int32_t adafactor_vector_step(const Step *step, const gatun_adafactor_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements, int64_t range,
                                     float *parameters, const float *gradients, float *variance)
{
    return gatun_adafactor_vector_step(step, doubles(groups), group_count, ranges, range_count,
                                       step->range_coefficients, elements, range, parameters, gradients, variance,
                                       step->average, step->bf16_weights);
}

#endif
