// What the optimizers of matrices share: the matrix in the slab, sums over it, and what follows each weight's update.
#ifndef GATUN_CPU_MATRIX_H
#define GATUN_CPU_MATRIX_H

#include <stdint.h>

#include "common/gradient.h"
#include "common/outputs.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"
#include "gatun.h"

namespace gatun {

// Whether the matrix is in [0, elements) and names a group.
int32_t check_matrix(const gatun_matrix *matrix, int64_t group_count, int64_t elements);

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

// Calls body(from, to) so that [0, items) is covered once; work: elements in all of them together.
template <typename Body>
void parallel_items(int64_t items, int64_t work, const Body &body)
{
    if (work < serial_elements || items < 2 || omp_get_max_threads() == 1) {
        body(static_cast<int64_t>(0), items);
        return;
    }
    struct Work {
        int64_t items;
        const Body *body;
    };
    Work shared = {items, &body};
    GOMP_parallel(
        [](void *data) {
            const Work &mine = *static_cast<const Work *>(data);
            const int64_t thread = omp_get_thread_num();
            const int64_t threads = omp_get_num_threads();
            const int64_t extra = mine.items % threads;
            const int64_t share = mine.items / threads;
            const auto begin = [&](int64_t t) { return share * t + (t < extra ? t : extra); };
            (*mine.body)(begin(thread), begin(thread + 1));
        },
        &shared, 0, 0);
}

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

// Stores a weight and what is derived from it.
struct WeightWriter {
    float *parameters;
    float *ema;
    uint16_t *shadow;
    AverageConstants<float> average;

    WeightWriter(const gatun_step &step, float *weights)
        : parameters(weights), ema(step.ema), shadow(step.shadow),
          average{static_cast<float>(1.0 - step.ema_decay), flag<float>(step.ema_first != 0)}
    {
    }

    void write(int64_t at, float w) const
    {
        parameters[at] = w;
        if (ema != nullptr) {
            average_rule(average, w, ema[at]);
        }
        if (shadow != nullptr) {
            shadow[at] = to_bfloat16(w);
        }
    }
};

}  // namespace gatun

#endif
