// Softmax cross-entropy. Rows are taken in a fixed number of blocks whose partial sums are added in order: the loss
// does not depend on the number of threads.
#include <math.h>

#include "cpu/kernels.h"
#include "cpu/openmp.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace {

constexpr int64_t row_blocks = 128;

// What one block of rows adds to the results.
struct Partial {
    double loss;
    int64_t correct;
};

struct Forward {
    int64_t rows;
    int64_t classes;
    const float *logits;         // (rows, classes)
    const int32_t *labels;       // (rows)
    float *probabilities;        // (rows, classes)
    Partial partials[row_blocks];
};

// logits, probabilities: (classes), of one row. Less the largest logit, no exponential overflows.
void forward_row(const gatun::Kernels &kernels, int64_t classes, const float *logits, int32_t label,
                 float *probabilities, Partial &partial)
{
    const int64_t best = kernels.place_of_largest(classes, logits);
    const float largest = logits[best];
    kernels.exponentials(classes, largest, logits, probabilities);
    const double sum = kernels.sum_row(classes, probabilities);
    kernels.scale_row(classes, static_cast<float>(1.0 / sum), probabilities, probabilities);
    partial.loss += log(sum) - (static_cast<double>(logits[label]) - static_cast<double>(largest));
    partial.correct += best == label && largest == largest ? 1 : 0;
}

// Block b holds the rows [rows * b / row_blocks, rows * (b + 1) / row_blocks), computed without overflow.
int64_t block_begin(int64_t rows, int64_t block)
{
    return rows / row_blocks * block + rows % row_blocks * block / row_blocks;
}

void forward_blocks(Forward &work, int64_t first, int64_t last)
{
    const gatun::Kernels &kernels = gatun::active_kernels();
    for (int64_t block = first; block < last; ++block) {
        Partial partial = {0.0, 0};
        const int64_t end = block_begin(work.rows, block + 1);
        for (int64_t row = block_begin(work.rows, block); row < end; ++row) {
            const int64_t at = row * work.classes;
            forward_row(kernels, work.classes, work.logits + at, work.labels[row], work.probabilities + at, partial);
        }
        work.partials[block] = partial;
    }
}

// An element here costs an exponential, more than the elements that parallel.h counts.
constexpr int64_t serial_logits = 4096;

int32_t check(int64_t rows, int64_t classes, const float *source, const int32_t *labels, const float *written)
{
    int64_t elements = 0;
    if (rows < 1 || classes < 1 || __builtin_mul_overflow(rows, classes, &elements)) {
        return GATUN_INVALID_SIZE;
    }
    return gatun::check_buffers(elements, source, labels, written);
}

bool labels_in_range(int64_t rows, int64_t classes, const int32_t *labels)
{
    bool good = true;
    for (int64_t row = 0; row < rows; ++row) {
        good = good && labels[row] >= 0 && labels[row] < classes;
    }
    return good;
}

}  // namespace

extern "C" {

int32_t gatun_softmax_cross_entropy_forward(int64_t rows, int64_t classes, const float *logits, const int32_t *labels,
                                            float *probabilities, float *loss, int64_t *correct)
{
    const int32_t status = check(rows, classes, logits, labels, probabilities);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (loss == nullptr || correct == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (!labels_in_range(rows, classes, labels)) {
        return GATUN_INVALID_LABEL;
    }
    Forward work = {rows, classes, logits, labels, probabilities, {}};
    if (rows * classes < serial_logits || omp_get_max_threads() == 1) {
        forward_blocks(work, 0, row_blocks);
    } else {
        GOMP_parallel(
            [](void *data) {
                const int64_t thread = omp_get_thread_num();
                const int64_t threads = omp_get_num_threads();
                forward_blocks(*static_cast<Forward *>(data), row_blocks * thread / threads,
                               row_blocks * (thread + 1) / threads);
            },
            &work, 0, 0);
    }
    Partial total = {0.0, 0};
    for (const Partial &partial : work.partials) {
        total.loss += partial.loss;
        total.correct += partial.correct;
    }
    *loss = static_cast<float>(total.loss / static_cast<double>(rows));
    *correct = total.correct;
    return GATUN_SUCCESS;
}

int32_t gatun_softmax_cross_entropy_backward(int64_t rows, int64_t classes, const float *probabilities,
                                             const int32_t *labels, const float *scale, float *diff_logits)
{
    const int32_t status = check(rows, classes, probabilities, labels, diff_logits);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (scale == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (!labels_in_range(rows, classes, labels)) {
        return GATUN_INVALID_LABEL;
    }
    const float factor = static_cast<float>(static_cast<double>(*scale) / static_cast<double>(rows));
    const gatun::Kernels &kernels = gatun::active_kernels();
    gatun::parallel_items(rows, rows * classes, [&](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; ++row) {
            const float *from = probabilities + row * classes;
            float *to = diff_logits + row * classes;
            const float at_label = (from[labels[row]] - 1.0f) * factor;  // first: the two buffers may be one
            kernels.scale_row(classes, factor, from, to);
            to[labels[row]] = at_label;
        }
    });
    return GATUN_SUCCESS;
}

}  // extern "C"
