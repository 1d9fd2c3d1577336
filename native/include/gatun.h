/*
 * The C ABI of Gatun's own kernels: what oneDNN lacks for training.
 *
 * Rules that hold for every function:
 *   - plain C, fixed-width types; the result is a gatun_status unless stated otherwise;
 *   - nothing is allocated, printed or thrown; no argument is kept after the call returns;
 *   - element counts are int64_t; every buffer's shape stands beside it;
 *   - a buffer may begin at any multiple of its element's size, 64-byte alignment is fastest;
 *   - a written buffer overlaps no other buffer, unless the text allows the two to be the same;
 *   - work is split over the OpenMP threads of the calling thread (gatun_set_threads); the result does not
 *     depend on the number of threads, nor on the instruction set chosen, bit for bit (a NaN is a NaN on all, but the
 *     bits of one may differ).
 */
#ifndef GATUN_H
#define GATUN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define GATUN_API __declspec(dllexport)
#else
#define GATUN_API __attribute__((visibility("default")))
#endif

/* Raised when a signature or a struct changes; the Java side refuses a library of another version. */
#define GATUN_ABI_VERSION 1

typedef enum gatun_status {
    GATUN_SUCCESS = 0,
    GATUN_NULL_POINTER = 1,   /* a required pointer is NULL */
    GATUN_INVALID_SIZE = 2,   /* a negative count, or a range outside the slab */
    GATUN_INVALID_VALUE = 3,  /* a hyper-parameter or option outside its domain */
    GATUN_INVALID_LABEL = 4,  /* a label outside [0, classes) */
    GATUN_UNSUPPORTED = 5     /* this processor lacks what was asked for */
} gatun_status;

/* Instruction sets, in rising order. One library holds the kernels of all of them. */
typedef enum gatun_isa {
    GATUN_ISA_PLAIN = 0,
    GATUN_ISA_AVX2 = 1,
    GATUN_ISA_AVX512 = 2
} gatun_isa;

/* ---- the library ---------------------------------------------------------------------------------------------- */

/* The GATUN_ABI_VERSION the library was built with. */
GATUN_API int32_t gatun_abi_version(void);

/* A constant, NUL-terminated name of a status ("GATUN_INVALID_SIZE"); "unknown status" for any other number. */
GATUN_API const char *gatun_status_name(int32_t status);

/* The instruction set in use (a gatun_isa): the best the processor has, or what gatun_set_isa chose. */
GATUN_API int32_t gatun_get_isa(void);

/* Caps the instruction set, for tests and comparisons. GATUN_UNSUPPORTED where the processor lacks it. */
GATUN_API int32_t gatun_set_isa(int32_t isa);

/* A constant, NUL-terminated name of an instruction set ("avx512"). */
GATUN_API const char *gatun_isa_name(int32_t isa);

/* Sets the number of OpenMP threads of the calling thread, for these kernels and for every library on the same
 * OpenMP runtime. threads >= 1. */
GATUN_API int32_t gatun_set_threads(int32_t threads);

/* The number of OpenMP threads that a parallel region of the calling thread would use. */
GATUN_API int32_t gatun_get_threads(void);

/* Does nothing and returns GATUN_SUCCESS: the cost of a call itself. */
GATUN_API int32_t gatun_nothing(void);

/* ---- optimizers ------------------------------------------------------------------------------------------------ */

/* A run of slab elements that one group of hyper-parameters governs. Ranges must not overlap; in rising order they are
 * checked fastest. Elements outside all ranges stay as they are. */
typedef struct gatun_range {
    int64_t begin;  /* first element */
    int64_t end;    /* one past the last element */
    int64_t group;  /* index into the array of groups */
} gatun_range;

/* What all groups share in one step; updated in place by the caller between steps. */
typedef struct gatun_step {
    int64_t step;           /* 1 for the first step */
    double gradient_scale;  /* every gradient is multiplied by this first (1 = as is) */
} gatun_step;

/* g <- g + weight_decay * w;  b <- momentum * b + (1 - dampening) * g  (first step: b <- g);
 * u = nesterov ? g + momentum * b : b  (momentum 0: u = g, b untouched);  w <- w - learning_rate * u. */
typedef struct gatun_sgd_group {
    double learning_rate;
    double momentum;
    double dampening;
    double weight_decay;
    int32_t nesterov;  /* 0 or 1; 1 needs momentum > 0 and dampening = 0 */
    int32_t maximize;  /* 0 or 1; 1 replaces g by -g first */
} gatun_sgd_group;

/* decoupled: w <- w * (1 - learning_rate * weight_decay), otherwise g <- g + weight_decay * w;
 * m <- beta1 * m + (1 - beta1) * g;  v <- beta2 * v + (1 - beta2) * g^2;
 * w <- w - learning_rate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon). */
typedef struct gatun_adam_group {
    double learning_rate;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    int32_t decoupled;  /* 0: Adam's L2 term, 1: AdamW's decoupled decay */
    int32_t maximize;   /* 0 or 1 */
} gatun_adam_group;

/* One SGD step over a slab, in one pass.
 *   step      (1)            groups (group_count)        ranges (range_count)
 *   parameters, gradients, momentum: (elements) f32; momentum may be NULL when every group's momentum is 0. */
GATUN_API int32_t gatun_sgd_step(const gatun_step *step, const gatun_sgd_group *groups, int64_t group_count,
                                 const gatun_range *ranges, int64_t range_count, int64_t elements,
                                 float *parameters, const float *gradients, float *momentum);

/* One Adam or AdamW step over a slab, in one pass.
 *   step      (1)            groups (group_count)        ranges (range_count)
 *   parameters, gradients, first_moment, second_moment: (elements) f32. */
GATUN_API int32_t gatun_adam_step(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements,
                                  float *parameters, const float *gradients, float *first_moment,
                                  float *second_moment);

/* ---- losses ---------------------------------------------------------------------------------------------------- */

/* Softmax cross-entropy, forward: mean over rows of -log softmax(logits)[label].
 *   logits (rows, classes) f32 row-major;  labels (rows) i32
 *   probabilities (rows, classes) f32, written;  loss (1) f32, written;
 *   correct (1) i64, written: rows whose first largest logit is the label. A row with a NaN is never correct.
 * rows >= 1, classes >= 1. GATUN_INVALID_LABEL leaves loss and correct unwritten. Sums run in double. */
GATUN_API int32_t gatun_softmax_cross_entropy_forward(int64_t rows, int64_t classes, const float *logits,
                                                      const int32_t *labels, float *probabilities, float *loss,
                                                      int64_t *correct);

/* Its gradient: diff_logits = (probabilities - onehot(label)) * scale / rows, all (rows, classes) f32. */
GATUN_API int32_t gatun_softmax_cross_entropy_backward(int64_t rows, int64_t classes, const float *probabilities,
                                                       const int32_t *labels, float scale, float *diff_logits);

/* ---- elementwise ----------------------------------------------------------------------------------------------- */

/* dst = a + b, all (elements) f32; dst may be a or b. */
GATUN_API int32_t gatun_add_forward(int64_t elements, const float *a, const float *b, float *dst);

/* dst = max(a + b, 0), all (elements) f32; dst may be a or b. NaN stays NaN. */
GATUN_API int32_t gatun_add_relu_forward(int64_t elements, const float *a, const float *b, float *dst);

/* dst = max(src, 0), all (elements) f32; dst may be src. NaN stays NaN. */
GATUN_API int32_t gatun_relu_forward(int64_t elements, const float *src, float *dst);

/* diff_src = dst > 0 ? diff_dst : 0, all (elements) f32; diff_src may be diff_dst. */
GATUN_API int32_t gatun_relu_backward(int64_t elements, const float *dst, const float *diff_dst, float *diff_src);

/* The same where the value had two uses: diff_src = dst > 0 ? diff_dst_a + diff_dst_b : 0. */
GATUN_API int32_t gatun_relu_backward_sum(int64_t elements, const float *dst, const float *diff_dst_a,
                                          const float *diff_dst_b, float *diff_src);

/* dst = src with the same bytes, (elements) f32: the memory system's own pace, to measure others against. */
GATUN_API int32_t gatun_copy(int64_t elements, const float *src, float *dst);

/* ---- dropout --------------------------------------------------------------------------------------------------- */

/* Where the random numbers of a run stand; updated in place by the caller between steps. */
typedef struct gatun_random {
    uint64_t seed;
    uint64_t step;
} gatun_random;

/* dst[i] = keep(i) ? src[i] / (1 - rate) : 0, (elements) f32; dst may be src; 0 <= rate < 1.
 * keep(i) is word i%4 of Philox4x32-10 with key (seed low, seed high) and counter (i/4 low, i/4 high, step low,
 * stream); the element is kept where that word >= floor(rate * 2^32). The same call with the gradient in src is the
 * backward pass: no mask is stored. */
GATUN_API int32_t gatun_dropout(int64_t elements, const float *src, float *dst, double rate,
                                const gatun_random *random, uint32_t stream);

/* ---- normalisation --------------------------------------------------------------------------------------------- */

/* running_mean <- (1 - momentum) * running_mean + momentum * batch_mean;
 * running_variance <- (1 - momentum) * running_variance + momentum * batch_variance * count / (count - 1).
 * All (channels) f32; batch_variance is the biased one; count = elements per channel >= 2. */
GATUN_API int32_t gatun_batch_normalization_update_running(int64_t channels, int64_t count, double momentum,
                                                           const float *batch_mean, const float *batch_variance,
                                                           float *running_mean, float *running_variance);

/* ---- checks ---------------------------------------------------------------------------------------------------- */

/* first (1) i64, written: the index of the first element of src (elements) f32 that is infinite or NaN, or -1. */
GATUN_API int32_t gatun_find_non_finite(int64_t elements, const float *src, int64_t *first);

#ifdef __cplusplus
}
#endif

#endif /* GATUN_H */
