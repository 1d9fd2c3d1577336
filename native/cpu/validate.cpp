#include "cpu/validate.h"

#include "common/gradient.h"

namespace gatun {

static bool overlap(const gatun_range &a, const gatun_range &b)
{
    return a.begin < b.end && b.begin < a.end && a.begin < a.end && b.begin < b.end;
}

int32_t check_ranges(const gatun_range *ranges, int64_t range_count, int64_t group_count, int64_t elements)
{
    bool rising = true;
    int64_t end = 0;
    for (int64_t i = 0; i < range_count; ++i) {
        const gatun_range &range = ranges[i];
        if (range.begin < 0 || range.end < range.begin || range.end > elements) {
            return GATUN_INVALID_SIZE;
        }
        if (group_count != any_group && (range.group < 0 || range.group >= group_count)) {
            return GATUN_INVALID_VALUE;
        }
        if (range.begin < range.end) {
            rising = rising && range.begin >= end;
            end = range.end;
        }
    }
    if (rising) {
        return GATUN_SUCCESS;
    }
    // Ranges out of order are compared pair by pair: sorting them would need memory.
    for (int64_t i = 0; i < range_count; ++i) {
        for (int64_t j = 0; j < i; ++j) {
            if (overlap(ranges[i], ranges[j])) {
                return GATUN_INVALID_SIZE;
            }
        }
    }
    return GATUN_SUCCESS;
}

int32_t check_step(const gatun_step *step, const double *groups, int64_t group_count, const gatun_range *ranges,
                   int64_t range_count, const double *range_coefficients)
{
    if (group_count < 0 || range_count < 0) {
        return GATUN_INVALID_SIZE;
    }
    if (step == nullptr || (groups == nullptr && group_count > 0) || (ranges == nullptr && range_count > 0)) {
        return GATUN_NULL_POINTER;
    }
    const bool scale = is_finite(step->gradient_scale) && is_non_negative(step->clip_coefficient) &&
                       is_finite(combined_scale(*step)) && is_non_negative(step->clip_value);
    const bool numbers = step->step >= 1 && scale && step->average_decay >= 0.0 && step->average_decay <= 1.0;
    if (!numbers || !is_flag(step->average_first) || !is_flag(step->bf16_rounding)) {
        return GATUN_INVALID_VALUE;
    }
    for (int64_t i = 0; range_coefficients != nullptr && i < range_count; ++i) {
        const double coefficient = range_coefficients[i];
        if (!is_non_negative(coefficient) || !is_finite(combined_scale(*step) * coefficient)) {
            return GATUN_INVALID_VALUE;
        }
    }
    return GATUN_SUCCESS;
}

}  // namespace gatun
