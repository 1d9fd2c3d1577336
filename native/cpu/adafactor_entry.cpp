// Adafactor: its passes wait for sums over rows, columns and the whole tensor. Compiled once.
#include <math.h>

#include "cpu/matrix.h"

namespace gatun {
namespace {

// Columns whose sums fit on the stack.
constexpr int64_t column_block = 512;

bool valid(const gatun_adafactor_group &group)
{
    return is_non_negative(group.learning_rate) && group.beta2_decay <= 0.0 && is_finite(group.beta2_decay) &&
           is_non_negative(group.epsilon1) && group.epsilon1 > 0.0 && is_non_negative(group.epsilon2) &&
           is_finite(group.threshold) && group.threshold >= 1.0 && is_non_negative(group.weight_decay);
}

using Call = MatrixCall<gatun_adafactor_group>;

double square(float x)
{
    return static_cast<double>(x) * static_cast<double>(x);
}

// What is constant in a step of one tensor.
struct Step {
    const gatun_adafactor_group &group;
    GradientConstants<float> gradient;
    double count;
    float share;   // of the new variance: t^beta2_decay
    float shrink;  // decoupled decay
    float floor;   // epsilon1^2

    Step(const Call &call, int64_t range, int64_t elements)
        : group(call.group(range)), gradient(call.gradient(range)), count(static_cast<double>(elements)),
          share(static_cast<float>(power(static_cast<double>(call.step->step), group.beta2_decay))),
          shrink(static_cast<float>(1.0 - group.learning_rate * group.weight_decay)),
          floor(static_cast<float>(group.epsilon1 * group.epsilon1)), number(static_cast<double>(call.step->step))
    {
    }

    float of(float g) const
    {
        return scaled(gradient, g);
    }

    // The change of a weight before it is multiplied by the rate.
    float direction(float g, float variance) const
    {
        return g / square_root(larger(floor, variance));
    }

    // The rate, from the sums of squares of weights and directions.
    float rate(double weights, double directions) const
    {
        const double ceiling = 1.0 / sqrt(number);
        const double rho = group.learning_rate < ceiling ? group.learning_rate : ceiling;
        const double size = sqrt(weights / count);
        const double alpha = rho * (size > group.epsilon2 ? size : group.epsilon2);
        const double excess = sqrt(directions / count) / group.threshold;
        return static_cast<float>(alpha / (excess > 1.0 ? excess : 1.0));
    }

private:
    double number;
};

// Sums run in as many lanes, so that they fill a vector and yet have one order.
constexpr int64_t lanes = 8;

// The sum of term(0) to term(count - 1).
template <typename Term>
double sum_in_lanes(int64_t count, const Term &term)
{
    double sums[lanes] = {};
    int64_t j = 0;
    for (; j + lanes <= count; j += lanes) {
        for (int64_t lane = 0; lane < lanes; ++lane) {
            sums[lane] += term(j + lane);
        }
    }
    for (; j < count; ++j) {
        sums[j % lanes] += term(j);
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

struct Matrix {
    int64_t rows;
    int64_t columns;
    const int64_t *row_offsets;  // (rows)
    const float *gradients;      // of the slab
    float *row_variance;         // (rows)
    float *column_variance;      // (columns)
};

// Whether the columns of a row lie one after the other, as they do where the output is the slowest index.
bool are_neighbours(const gatun_matrix &matrix)
{
    for (int64_t j = 1; j < matrix.columns; ++j) {
        if (matrix.column_offsets[j] != matrix.column_offsets[0] + j) {
            return false;
        }
    }
    return true;
}

// column(j): where column j lies in its row.
template <typename Column>
void update(const Matrix &matrix, const Step &numbers, const Weights &weights, const Column &column)
{
    const int64_t rows = matrix.rows;
    const int64_t columns = matrix.columns;
    const int64_t count = rows * columns;
    const float *const gradients = matrix.gradients;
    float *const row_variance = matrix.row_variance;
    float *const column_variance = matrix.column_variance;

    const double squares = sum_over_rows(rows, count, [&](int64_t i) {
        const int64_t row = matrix.row_offsets[i];
        const double sum = sum_in_lanes(columns,
            [&](int64_t j) { return square(numbers.of(gradients[row + column(j)])); });
        const float mean = static_cast<float>(sum / static_cast<double>(columns));
        row_variance[i] += numbers.share * (mean - row_variance[i]);
        return sum_in_lanes(columns, [&](int64_t j) { return square(weights.read(row + column(j))); });
    });
    const int64_t blocks = columns / column_block + (columns % column_block != 0 ? 1 : 0);
    parallel_items(blocks, count, [&](int64_t from, int64_t to) {
        for (int64_t block = from; block < to; ++block) {
            double sums[column_block] = {};
            const int64_t first = block * column_block;
            const int64_t width = columns - first < column_block ? columns - first : column_block;
            for (int64_t i = 0; i < rows; ++i) {
                const int64_t row = matrix.row_offsets[i];
                for (int64_t j = 0; j < width; ++j) {
                    sums[j] += square(numbers.of(gradients[row + column(first + j)]));
                }
            }
            for (int64_t j = 0; j < width; ++j) {
                float &variance = column_variance[first + j];
                variance += numbers.share * (static_cast<float>(sums[j] / static_cast<double>(rows)) - variance);
            }
        }
    });
    const double row_sum = sum_over_rows(rows, 0, [&](int64_t i) { return static_cast<double>(row_variance[i]); });
    const float row_mean =
        larger(static_cast<float>(numbers.group.epsilon1), static_cast<float>(row_sum / static_cast<double>(rows)));
    const double directions = sum_over_rows(rows, count, [&](int64_t i) {
        const int64_t row = matrix.row_offsets[i];
        const float scale = row_variance[i];
        return sum_in_lanes(columns, [&](int64_t j) {
            return square(numbers.direction(numbers.of(gradients[row + column(j)]),
                scale * column_variance[j] / row_mean));
        });
    });
    const float rate = numbers.rate(squares, directions);
    parallel_items(rows, count, [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; ++i) {
            const int64_t row = matrix.row_offsets[i];
            const float scale = row_variance[i];
            for (int64_t j = 0; j < columns; ++j) {
                const int64_t at = row + column(j);
                const float direction = numbers.direction(numbers.of(gradients[at]),
                    scale * column_variance[j] / row_mean);
                weights.write(at, numbers.shrink * weights.read(at) - rate * direction);
            }
        }
    });
}

}  // namespace
}  // namespace gatun

extern "C" int32_t gatun_adafactor_matrix_step(const gatun_step *step, const double *groups, int64_t group_count,
                                               const gatun_range *ranges, int64_t range_count,
                                               const double *range_coefficients, int64_t elements,
                                               const gatun_matrix *matrix, float *parameters, const float *gradients,
                                               float *row_variance, float *column_variance, float *average,
                                               uint16_t *bf16_weights)
{
    using namespace gatun;
    if (matrix == nullptr) {
        return GATUN_NULL_POINTER;
    }
    const Call call = {number_of_adafactor, step, groups, group_count, ranges, range_count, range_coefficients,
        elements};
    int32_t status = check_call(call, valid, matrix->range);
    if (status == GATUN_SUCCESS) {
        status = check_matrix(*matrix, ranges[matrix->range]);
    }
    if (status == GATUN_SUCCESS) {
        status = check_buffers(elements, gradients, row_variance, column_variance);
    }
    if (status == GATUN_SUCCESS) {
        status = check_weights(elements, parameters, bf16_weights);
    }
    if (status != GATUN_SUCCESS || step->skip != 0 || matrix->rows == 0 || matrix->columns == 0) {
        return status;
    }
    const int64_t rows = matrix->rows;
    const int64_t columns = matrix->columns;
    const int64_t count = rows * columns;
    const Step numbers(call, matrix->range, count);
    const Weights weights(*step, parameters, average, bf16_weights);
    const Matrix slab = {rows, columns, matrix->row_offsets, gradients, row_variance, column_variance};
    const int64_t first = matrix->column_offsets[0];
    if (are_neighbours(*matrix)) {
        update(slab, numbers, weights, [first](int64_t j) { return first + j; });
    } else {
        update(slab, numbers, weights, [offsets = matrix->column_offsets](int64_t j) { return offsets[j]; });
    }
    return GATUN_SUCCESS;
}

extern "C" int32_t gatun_adafactor_vector_step(const gatun_step *step, const double *groups, int64_t group_count,
                                               const gatun_range *ranges, int64_t range_count,
                                               const double *range_coefficients, int64_t elements, int64_t range,
                                               float *parameters, const float *gradients, float *variance,
                                               float *average, uint16_t *bf16_weights)
{
    using namespace gatun;
    const Call call = {number_of_adafactor, step, groups, group_count, ranges, range_count, range_coefficients,
        elements};
    int32_t status = check_call(call, valid, range);
    if (status == GATUN_SUCCESS) {
        status = check_buffers(elements, gradients, variance);
    }
    if (status == GATUN_SUCCESS) {
        status = check_weights(elements, parameters, bf16_weights);
    }
    if (status != GATUN_SUCCESS || step->skip != 0 || ranges[range].begin == ranges[range].end) {
        return status;
    }
    const int64_t first = ranges[range].begin;
    const int64_t count = ranges[range].end - first;
    const Step numbers(call, range, count);
    const Weights weights(*step, parameters, average, bf16_weights);
    const float *g = gradients + first;
    const double squares = sum_over_rows(count, count, [&](int64_t i) { return square(weights.read(first + i)); });
    const double directions = sum_over_rows(count, count, [&](int64_t i) {
        const float gradient = numbers.of(g[i]);
        variance[i] += numbers.share * (gradient * gradient - variance[i]);
        return square(numbers.direction(gradient, variance[i]));
    });
    const float rate = numbers.rate(squares, directions);
    parallel_split(count, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const float direction = numbers.direction(numbers.of(g[i]), variance[i]);
            weights.write(first + i, numbers.shrink * weights.read(first + i) - rate * direction);
        }
    });
    return GATUN_SUCCESS;
}
