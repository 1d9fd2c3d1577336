// What the optimizers of matrices share: the matrix in the slab, sums over it, and what follows each weight's update.
#ifndef GATUN_CPU_MATRIX_H
#define GATUN_CPU_MATRIX_H

#include <stdint.h>

#include "common/gradient.h"
#include "common/outputs.h"
#include "common/philox.h"
#include "common/rules.h"
#include "cpu/parallel.h"
#include "cpu/rule_table.h"
#include "cpu/validate.h"
#include "gatun.h"

namespace gatun {

// The arguments that every function of a matrix takes.
template <typename Group>
struct MatrixCall {
    int32_t rule;
    const gatun_step *step;
    const double *groups;
    int64_t group_count;
    const gatun_range *ranges;
    int64_t range_count;
    const double *range_coefficients;
    int64_t elements;

    const Group &group_at(int64_t index) const
    {
        return reinterpret_cast<const Group *>(groups)[index];
    }

    const Group &group(int64_t range) const
    {
        return group_at(ranges[range].group);
    }

    // How gradients of a range are prepared: by what has neither decay nor L1.
    GradientConstants<float> gradient(int64_t range) const
    {
        GradientConstants<float> constants = plain_gradient_constants<float>(*step, group(range));
        if (range_coefficients != nullptr) {
            constants.scale = gradient_scale<float>(*step, group(range), range_coefficients[range]);
        }
        return constants;
    }
};

// Everything but the matrix and the buffers.
template <typename Group>
int32_t check_call(const MatrixCall<Group> &call, bool (*valid)(const Group &), int64_t range)
{
    constexpr int64_t fields = sizeof(Group) / sizeof(double);
    int32_t status = check_step(call.step, call.groups, call.group_count, call.ranges, call.range_count,
                                call.range_coefficients);
    for (int64_t i = 0; status == GATUN_SUCCESS && i < call.group_count; ++i) {
        const bool good = are_choices(call.rule, call.groups + i * fields) && valid(call.group_at(i));
        status = good ? GATUN_SUCCESS : GATUN_INVALID_VALUE;
    }
    if (status == GATUN_SUCCESS) {
        status = check_ranges(call.ranges, call.range_count, call.group_count, call.elements);
    }
    return status != GATUN_SUCCESS || (range >= 0 && range < call.range_count) ? status : GATUN_INVALID_VALUE;
}

// Whether the matrix is in its range.
int32_t check_matrix(const gatun_matrix &matrix, const gatun_range &range);

// What is written where a weight is: the f32 weights may be left out where there is a bf16 copy of them.
inline int32_t check_weights(int64_t elements, const float *parameters, const uint16_t *bf16_weights)
{
    return bf16_weights != nullptr ? check_buffers(elements, bf16_weights) : check_buffers(elements, parameters);
}

// Sums over rows are made in so many parts at most, each of whole rows, and added in their order.
constexpr int64_t most_parts = 256;

struct Parts {
    int64_t rows;
    int64_t count;

    explicit Parts(int64_t all) : rows(all), count(all < most_parts ? all : most_parts) {}

    int64_t begin(int64_t part) const
    {
        return rows / count * part + rows % count * part / count;
    }
};

// The sum over all rows of row(i), a double, whatever the threads. work: elements in all rows together.
template <typename Row>
double sum_over_rows(int64_t rows, int64_t work, const Row &row)
{
    double sums[most_parts];
    const Parts parts(rows);
    parallel_items(parts.count, work, [&](int64_t from, int64_t to) {
        for (int64_t part = from; part < to; ++part) {
            double sum = 0.0;
            for (int64_t i = parts.begin(part); i < parts.begin(part + 1); ++i) {
                sum += row(i);
            }
            sums[part] = sum;
        }
    });
    double sum = 0.0;
    for (int64_t part = 0; part < parts.count; ++part) {
        sum += sums[part];
    }
    return sum;
}

// Reads weights, and stores them with what is derived from them.
class Weights {
  public:
    Weights(const gatun_step &step, float *parameters, float *average, uint16_t *bf16_weights)
        : parameters_(parameters), average_(average), bf16_weights_(bf16_weights), seed_(step.seed),
          step_(static_cast<uint32_t>(step.step)), stochastic_(step.bf16_rounding != 0),
          averaging_{static_cast<float>(1.0 - step.average_decay), flag<float>(step.average_first != 0)}
    {
    }

    float read(int64_t at) const
    {
        return parameters_ != nullptr ? parameters_[at] : from_bfloat16(bf16_weights_[at]);
    }

    void write(int64_t at, float w) const
    {
        if (parameters_ != nullptr) {
            parameters_[at] = w;
        }
        if (average_ != nullptr) {
            average_rule(averaging_, w, average_[at]);
        }
        if (bf16_weights_ != nullptr) {
            bf16_weights_[at] = stochastic_ ? to_bfloat16(w, draw(at)) : to_bfloat16(w);
        }
    }

  private:
    // Half a word of Philox for each element of the slab, low halves first, as in every step.
    uint16_t draw(int64_t at) const
    {
        constexpr int64_t draws_per_counter = 8;
        const uint64_t counter = static_cast<uint64_t>(at / draws_per_counter);
        uint64_t words[4] = {counter & 0xFFFFFFFFu, counter >> 32, step_, GATUN_ROUNDING_STREAM};
        philox(words[0], words[1], words[2], words[3], static_cast<uint32_t>(seed_),
            static_cast<uint32_t>(seed_ >> 32));
        const int64_t half = at % draws_per_counter;
        return static_cast<uint16_t>(words[half / 2] >> (half % 2 == 0 ? 0 : 16));
    }

    float *parameters_;
    float *average_;
    uint16_t *bf16_weights_;
    uint64_t seed_;
    uint32_t step_;
    bool stochastic_;
    AverageConstants<float> averaging_;
};

}  // namespace gatun

#endif
