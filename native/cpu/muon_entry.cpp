// Muon, but for the products of matrices, which the caller makes with the library that is best at them. These passes
// are small beside those, so this is compiled once.
#include <math.h>

#include "cpu/matrix.h"

namespace gatun {
namespace {

bool valid(const gatun_muon_group &group)
{
    return is_non_negative(group.learning_rate) && is_non_negative(group.weight_decay) && is_fraction(group.momentum) &&
           is_non_negative(group.epsilon) && is_finite(group.a) && is_finite(group.b) && is_finite(group.c) &&
           group.steps >= 0.0 && group.steps < 100.0 && group.steps == floor(group.steps);
}

using Call = MatrixCall<gatun_muon_group>;

int32_t check(const Call &call, const gatun_matrix *matrix)
{
    if (matrix == nullptr) {
        return GATUN_NULL_POINTER;
    }
    const int32_t status = check_call(call, valid, matrix->range);
    return status == GATUN_SUCCESS ? check_matrix(*matrix, call.ranges[matrix->range]) : status;
}

// The matrix with its shorter side first, as direction has it.
struct Wide {
    int64_t rows;
    int64_t columns;
    const int64_t *row_offsets;
    const int64_t *column_offsets;

    explicit Wide(const gatun_matrix &m)
        : rows(m.rows <= m.columns ? m.rows : m.columns), columns(m.rows <= m.columns ? m.columns : m.rows),
          row_offsets(m.rows <= m.columns ? m.row_offsets : m.column_offsets),
          column_offsets(m.rows <= m.columns ? m.column_offsets : m.row_offsets)
    {
    }
};

double rate_factor(const gatun_muon_group &group, const gatun_matrix &matrix)
{
    const double rows = static_cast<double>(matrix.rows);
    const double columns = static_cast<double>(matrix.columns);
    if (is(group.adjustment, gatun_muon_group::adjustment_choice::match_rms_adamw)) {
        return 0.2 * sqrt(rows > columns ? rows : columns);
    }
    return rows > columns ? sqrt(rows / columns) : 1.0;
}

}  // namespace
}  // namespace gatun

extern "C" int32_t gatun_muon_direction(const gatun_step *step, const double *groups, int64_t group_count,
                                        const gatun_range *ranges, int64_t range_count,
                                        const double *range_coefficients, int64_t elements, const gatun_matrix *matrix,
                                        const float *gradients, float *momentum, float *direction)
{
    const gatun::Call call = {gatun::number_of_muon, step, groups, group_count, ranges, range_count,
                              range_coefficients, elements};
    int32_t status = gatun::check(call, matrix);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, gradients, momentum, direction);
    }
    if (status != GATUN_SUCCESS || step->skip != 0) {
        return status;
    }
    const gatun_muon_group &group = call.group(matrix->range);
    const gatun::Wide wide(*matrix);
    const int64_t count = wide.rows * wide.columns;
    if (count == 0) {
        return GATUN_SUCCESS;
    }
    const auto prepare = call.gradient(matrix->range);
    const float keep = static_cast<float>(group.momentum);
    const float take = static_cast<float>(1.0 - group.momentum);
    const bool nesterov = gatun::is(group.variant, gatun_muon_group::variant_choice::nesterov);
    const double squares = gatun::sum_over_rows(wide.rows, count, [&](int64_t i) {
        double sum = 0.0;
        float *out = direction + i * wide.columns;
        for (int64_t j = 0; j < wide.columns; ++j) {
            const int64_t at = wide.row_offsets[i] + wide.column_offsets[j];
            const float g = gatun::scaled(prepare, gradients[at]);
            const float m = keep * momentum[at] + take * g;
            const float u = nesterov ? keep * m + take * g : m;
            momentum[at] = m;
            out[j] = u;
            sum += static_cast<double>(u) * static_cast<double>(u);
        }
        return sum;
    });
    const double norm = sqrt(squares);
    const float scale = static_cast<float>(1.0 / (norm < group.epsilon ? group.epsilon : norm));
    gatun::parallel_split(count, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            direction[i] *= scale;
        }
    });
    return GATUN_SUCCESS;
}

extern "C" int32_t gatun_muon_update(const gatun_step *step, const double *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, const double *range_coefficients,
                                     int64_t elements, const gatun_matrix *matrix, float *parameters,
                                     const float *direction, float *average, uint16_t *bf16_weights)
{
    const gatun::Call call = {gatun::number_of_muon, step, groups, group_count, ranges, range_count,
                              range_coefficients, elements};
    int32_t status = gatun::check(call, matrix);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, direction);
    }
    if (status == GATUN_SUCCESS) {
        status = gatun::check_weights(elements, parameters, bf16_weights);
    }
    if (status != GATUN_SUCCESS || step->skip != 0) {
        return status;
    }
    const gatun_muon_group &group = call.group(matrix->range);
    const gatun::Wide wide(*matrix);
    const float shrink = static_cast<float>(1.0 - group.learning_rate * group.weight_decay);
    const float rate = static_cast<float>(group.learning_rate * gatun::rate_factor(group, *matrix));
    const gatun::Weights weights(*step, parameters, average, bf16_weights);
    gatun::parallel_items(wide.rows, wide.rows * wide.columns, [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; ++i) {
            for (int64_t j = 0; j < wide.columns; ++j) {
                const int64_t at = wide.row_offsets[i] + wide.column_offsets[j];
                weights.write(at, shrink * weights.read(at) - rate * direction[i * wide.columns + j]);
            }
        }
    });
    return GATUN_SUCCESS;
}

extern "C" int32_t gatun_scale_add_identity(int64_t n, double scale, double shift, const float *src, float *dst)
{
    if (n < 0 || (n > 0 && n > INT64_MAX / 4 / n)) {
        return GATUN_INVALID_SIZE;
    }
    const int32_t status = gatun::check_buffers(n * n, src, dst);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (!gatun::is_finite(scale) || !gatun::is_finite(shift)) {
        return GATUN_INVALID_VALUE;
    }
    const float by = static_cast<float>(scale);
    const float more = static_cast<float>(shift);
    gatun::parallel_items(n, n * n, [&](int64_t from, int64_t to) {
        for (int64_t i = from * n; i < to * n; ++i) {
            dst[i] = by * src[i];
        }
        for (int64_t i = from; i < to; ++i) {
            dst[i * n + i] += more;
        }
    });
    return GATUN_SUCCESS;
}
