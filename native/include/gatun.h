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
#define GATUN_ABI_VERSION 3

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

/* Calls function, and touches neither buffer (either may be NULL): for a caller whose runtime keeps a call's arguments
 * alive while the call runs, as Java does, and whose function reaches these buffers through a struct only. */
GATUN_API int32_t gatun_hold(const void *first, const void *second, void (*function)(void));

/* ---- optimizers ------------------------------------------------------------------------------------------------ */

/* The last words of the counters of stochastic rounding: of weights, of 8-bit states. */
#define GATUN_ROUNDING_STREAM 0x77654274
#define GATUN_STATE_STREAM 0x73744274

/* A run of slab elements that one group of hyper-parameters governs. Ranges must not overlap; in rising order they are
 * checked fastest. Elements outside all ranges stay as they are. */
typedef struct gatun_range {
    int64_t begin;  /* first element */
    int64_t end;    /* one past the last element */
    int64_t group;  /* index into the array of groups */
} gatun_range;

/* What all groups share in one step; updated in place by the caller between steps. All zero but the first two fields
 * is a plain step: every other field is off at zero.
 *
 * In the order in which they act, on each element of each range, in the one pass that updates it:
 *   g <- gradient_scale * clip_coefficient * range_coefficient * gradient (the factors multiplied in double and rounded
 *   once), then clamped to [-clip_value, clip_value] (NaN stays NaN);
 *   the group's rule, then its proximal L1;
 *   ema <- ema_first ? w : ema + (1 - ema_decay) * (w - ema);  shadow <- w as bf16.
 *
 * A function whose parameters are NULL keeps the weights in shadow alone, which must be there: w is read from it,
 * updated in f32, and written back with the rounding chosen. To nearest loses every update that is smaller than half a
 * unit of the weight's eighth bit; stochastic rounding loses none on average.
 *
 * Stochastic rounding goes up in magnitude with a probability of (the 16 bits cut off) / 2^16. Element i of the slab
 * draws half-word i % 8 (low half of a word first) of Philox4x32-10 with key (seed low, seed high) and counter
 * (i/8 low, i/8 high, step low, GATUN_ROUNDING_STREAM): it goes up where that half-word and the bits cut off add up to
 * 2^16 or more. An infinity and what bf16 holds exactly stay as they are. */
typedef struct gatun_step {
    int64_t step;             /* 1 for the first step */
    double gradient_scale;    /* every gradient is multiplied by this first (1: as is) */
    double clip_coefficient;  /* > 0: gradients are multiplied by this too; 0: off. A coefficient that is zero itself
                                 (a clipped infinite norm) belongs into gradient_scale */
    double clip_value;        /* > 0: the bound of each gradient; 0: off */
    double ema_decay;         /* in [0, 1] */
    float *ema;               /* (elements) f32, the average of the weights, or NULL */
    uint16_t *shadow;         /* (elements) bf16, the copy of the weights, or NULL */
    int64_t ema_first;        /* 0 or 1; 1 starts the average at the weights */
    int64_t skip;             /* non-zero (a gradient was not finite): all arguments are checked, nothing is written */
    const double *range_coefficients; /* (range_count) f64 >= 0, or NULL: the gradients of range i are multiplied by
                                         entry i too (clipping per parameter). Zero is a factor like any other */
    int64_t shadow_rounding;  /* of w to bf16. 0: to nearest, ties to even; 1: stochastic */
    uint64_t seed;            /* of stochastic rounding, of weights and of 8-bit states */
} gatun_step;

/*
 * In every group: l1 >= 0 adds l1 * sign(w) to the gradient, weight_decay >= 0 adds weight_decay * w (L2) unless the
 * rule says "decoupled": w <- w * (1 - learning_rate * weight_decay) first. maximize = 1 replaces g by -g before that.
 * proximal = 1: l1 is not added to the gradient; after the rule w <- sign(w) * max(|w| - learning_rate * l1, 0), which
 * makes weights exactly zero (Daubechies, Defrise, De Mol 2004: ISTA; with weight_decay the elastic net).
 * Flags are 0 or 1, reserved fields are 0. Formulas are those of torch 2.13 where it has the rule; t is the step.
 *
 * In every step function:
 *   step (1)    groups (group_count)    ranges (range_count)
 *   parameters, gradients and all states: (elements) f32; states start at zero unless stated otherwise. parameters may
 *   be NULL where the step has a shadow: see gatun_step.
 * The arithmetic is f32; what is constant in a step is computed in double and rounded once. An element whose weight,
 * gradient and states are zero keeps a weight of zero as long as epsilon > 0, so padding may lie within ranges.
 */

/* b <- momentum * b + (1 - dampening) * g  (first step: b <- g);
 * u = nesterov ? g + momentum * b : b  (momentum 0: u = g, b untouched);  w <- w - learning_rate * u.
 * average: b <- momentum * b + (1 - momentum) * g from b = 0, u = bias_correction ? b / (1 - momentum^t) : b. */
typedef struct gatun_sgd_group {
    double learning_rate;
    double momentum;
    double dampening;
    double weight_decay;
    int32_t nesterov;  /* 1 needs momentum > 0 and dampening = 0 */
    int32_t maximize;
    int32_t average;          /* 1 needs momentum in (0, 1), dampening = 0 and nesterov = 0 */
    int32_t bias_correction;  /* 1 needs average */
    double l1;
    int32_t proximal;
    int32_t reserved;
} gatun_sgd_group;

/* m <- beta1 * m + (1 - beta1) * g;  v <- beta2 * v + (1 - beta2) * g^2;
 * w <- w - learning_rate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
 * AMSGrad: x <- max(x, v), and x in place of v in the last line. */
typedef struct gatun_adam_group {
    double learning_rate;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    int32_t decoupled;  /* 0: Adam's L2 term, 1: AdamW's decoupled decay */
    int32_t maximize;
    double l1;
    int32_t proximal;
    int32_t reserved;
} gatun_adam_group;

/* s <- s + g^2 (first step: from initial_accumulator);
 * w <- w - learning_rate / (1 + (t - 1) * learning_rate_decay) * g / (sqrt(s) + epsilon). */
typedef struct gatun_adagrad_group {
    double learning_rate;
    double learning_rate_decay;
    double initial_accumulator;
    double epsilon;
    double weight_decay;
    double l1;
    int32_t maximize;
    int32_t proximal;
} gatun_adagrad_group;

/* v <- alpha * v + (1 - alpha) * g^2;  centered: q <- alpha * q + (1 - alpha) * g;
 * r = sqrt(centered ? max(v - q^2, 0) : v) + epsilon  (torch has no max there: it gives NaN where rounding makes the
 * difference negative);  momentum > 0: b <- momentum * b + g / r, w <- w - learning_rate * b;
 * otherwise w <- w - learning_rate * g / r. */
typedef struct gatun_rmsprop_group {
    double learning_rate;
    double alpha;
    double epsilon;
    double weight_decay;
    double momentum;
    double l1;
    int32_t centered;
    int32_t maximize;
    int32_t proximal;
    int32_t reserved;
} gatun_rmsprop_group;

/* v <- rho * v + (1 - rho) * g^2;  d = g * sqrt(a + epsilon) / sqrt(v + epsilon);  a <- rho * a + (1 - rho) * d^2;
 * w <- w - learning_rate * d. */
typedef struct gatun_adadelta_group {
    double learning_rate;
    double rho;
    double epsilon;
    double weight_decay;
    double l1;
    int32_t maximize;
    int32_t proximal;
} gatun_adadelta_group;

/* m <- beta1 * m + (1 - beta1) * g;  u <- max(beta2 * u, |g| + epsilon);
 * w <- w - learning_rate / (1 - beta1^t) * m / u. */
typedef struct gatun_adamax_group {
    double learning_rate;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    double l1;
    int32_t maximize;
    int32_t proximal;
} gatun_adamax_group;

/* mu_t = beta1 * (1 - 0.96^(t * momentum_decay) / 2), P = mu_1 * ... * mu_t (of the present beta1 and momentum_decay);
 * m, v as Adam;  D = sqrt(v / (1 - beta2^t)) + epsilon;
 * w <- w - learning_rate * (1 - mu_t) / (1 - P) * g / D - learning_rate * mu_(t+1) / (1 - P * mu_(t+1)) * m / D. */
typedef struct gatun_nadam_group {
    double learning_rate;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    double momentum_decay;
    double l1;
    int32_t decoupled;
    int32_t maximize;
    int32_t proximal;
    int32_t reserved;
} gatun_nadam_group;

/* m, v as Adam;  R = 2 / (1 - beta2) - 1, r_t = R - 2 * t * beta2^t / (1 - beta2^t);
 * r_t > 5: w <- w - learning_rate * m / (1 - beta1^t) * rect * sqrt(1 - beta2^t) / (sqrt(v) + epsilon) with
 * rect = sqrt((r_t - 4) * (r_t - 2) * R / ((R - 4) * (R - 2) * r_t));
 * else w <- w - learning_rate * m / (1 - beta1^t). */
typedef struct gatun_radam_group {
    double learning_rate;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    double l1;
    int32_t decoupled;
    int32_t maximize;
    int32_t proximal;
    int32_t reserved;
} gatun_radam_group;

/* Decoupled decay;  w <- w - learning_rate * sign(beta1 * m + (1 - beta1) * g);  m <- beta2 * m + (1 - beta2) * g.
 * Sign(0) and sign(NaN) are 0. Source: timm's optim/lion.py. */
typedef struct gatun_lion_group {
    double learning_rate;
    double beta1;
    double beta2;
    double weight_decay;
    double l1;
    int32_t maximize;
    int32_t proximal;
} gatun_lion_group;

/* m <- beta1 * m + (1 - beta1) * g;  s <- beta2 * s + (1 - beta2) * (g - m)^2 + epsilon;
 * w <- w - learning_rate / (1 - beta1^t) * m / (sqrt(s) / sqrt(1 - beta2^t) + epsilon).
 * Source: Zhuang et al., "AdaBelief Optimizer", NeurIPS 2020, algorithm 2. */
typedef struct gatun_adabelief_group {
    double learning_rate;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    double l1;
    int32_t decoupled;
    int32_t maximize;
    int32_t proximal;
    int32_t reserved;
} gatun_adabelief_group;

/* sigma = sign(g * previous) (first step: 0);  size <- size * (sigma > 0 ? increase : sigma < 0 ? decrease : 1),
 * clamped to [smallest, largest] (first step: from learning_rate);  sigma < 0: g <- 0;
 * w <- w - sign(g) * size;  previous <- g. */
typedef struct gatun_rprop_group {
    double learning_rate;
    double decrease;  /* in (0, 1) */
    double increase;  /* > 1 */
    double smallest;
    double largest;
    int32_t maximize;
    int32_t reserved;
} gatun_rprop_group;

/* m <- beta1 * m + (gradient_averaging ? 1 - beta1 : 1) * g;  v as Adam;
 * u = m / (1 - beta1^t) / (sqrt(v) / sqrt(1 - beta2^t) + epsilon) + weight_decay * w  (bias_correction 0: both divisors
 * are 1);  w <- w - learning_rate * phi * u, where phi = |w| / |u| over the range if weight_decay > 0 or always_adapt
 * and both norms are positive, else 1; trust_clip: at most 1. Source: timm's optim/lamb.py; its bound on the gradients'
 * norm is the caller's: clip_coefficient = min(1, bound / norm). */
typedef struct gatun_lamb_group {
    double learning_rate;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    int32_t bias_correction;
    int32_t gradient_averaging;
    int32_t always_adapt;
    int32_t trust_clip;
    int32_t maximize;
    int32_t reserved;
} gatun_lamb_group;

/* phi = trust_coefficient * |w| / (|g| + weight_decay * |w| + epsilon) over the range if weight_decay > 0 or
 * always_adapt and both norms are positive, else 1; trust_clip: at most 1 after division by the learning rate;
 * g <- phi * (g + weight_decay * w); then as SGD. Source: timm's optim/lars.py. */
typedef struct gatun_lars_group {
    double learning_rate;
    double momentum;
    double dampening;
    double weight_decay;
    double trust_coefficient;
    double epsilon;
    int32_t nesterov;  /* 1 needs momentum > 0 and dampening = 0 */
    int32_t always_adapt;
    int32_t trust_clip;  /* 1 needs learning_rate > 0 */
    int32_t maximize;
} gatun_lars_group;

/* One SGD step over a slab, in one pass. momentum may be NULL when every group's momentum is 0. */
GATUN_API int32_t gatun_sgd_step(const gatun_step *step, const gatun_sgd_group *groups, int64_t group_count,
                                 const gatun_range *ranges, int64_t range_count, int64_t elements,
                                 float *parameters, const float *gradients, float *momentum);

/* One Adam or AdamW step over a slab, in one pass. */
GATUN_API int32_t gatun_adam_step(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements,
                                  float *parameters, const float *gradients, float *first_moment, float *second_moment);

/* One AMSGrad step over a slab, in one pass. */
GATUN_API int32_t gatun_amsgrad_step(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     float *parameters, const float *gradients, float *first_moment,
                                     float *second_moment, float *largest_second_moment);

/* One Adagrad step over a slab, in one pass. sum is not read in the first step. */
GATUN_API int32_t gatun_adagrad_step(const gatun_step *step, const gatun_adagrad_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     float *parameters, const float *gradients, float *sum);

/* One RMSprop step over a slab, in one pass.
 * gradient_average may be NULL when no group is centered, momentum when every group's momentum is 0. */
GATUN_API int32_t gatun_rmsprop_step(const gatun_step *step, const gatun_rmsprop_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     float *parameters, const float *gradients, float *square_average,
                                     float *gradient_average, float *momentum);

/* One Adadelta step over a slab, in one pass. */
GATUN_API int32_t gatun_adadelta_step(const gatun_step *step, const gatun_adadelta_group *groups, int64_t group_count,
                                      const gatun_range *ranges, int64_t range_count, int64_t elements,
                                      float *parameters, const float *gradients, float *square_average,
                                      float *accumulated_delta);

/* One Adamax step over a slab, in one pass. */
GATUN_API int32_t gatun_adamax_step(const gatun_step *step, const gatun_adamax_group *groups, int64_t group_count,
                                    const gatun_range *ranges, int64_t range_count, int64_t elements,
                                    float *parameters, const float *gradients, float *first_moment,
                                    float *infinity_norm);

/* One NAdam step over a slab, in one pass. */
GATUN_API int32_t gatun_nadam_step(const gatun_step *step, const gatun_nadam_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements,
                                   float *parameters, const float *gradients, float *first_moment,
                                   float *second_moment);

/* One RAdam step over a slab, in one pass. */
GATUN_API int32_t gatun_radam_step(const gatun_step *step, const gatun_radam_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements,
                                   float *parameters, const float *gradients, float *first_moment,
                                   float *second_moment);

/* One Lion step over a slab, in one pass. */
GATUN_API int32_t gatun_lion_step(const gatun_step *step, const gatun_lion_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements,
                                  float *parameters, const float *gradients, float *first_moment);

/* One AdaBelief step over a slab, in one pass. */
GATUN_API int32_t gatun_adabelief_step(const gatun_step *step, const gatun_adabelief_group *groups, int64_t group_count,
                                       const gatun_range *ranges, int64_t range_count, int64_t elements,
                                       float *parameters, const float *gradients, float *first_moment, float *variance);

/* One Rprop step over a slab, in one pass. Neither state is read in the first step. */
GATUN_API int32_t gatun_rprop_step(const gatun_step *step, const gatun_rprop_group *groups, int64_t group_count,
                                   const gatun_range *ranges, int64_t range_count, int64_t elements,
                                   float *parameters, const float *gradients, float *previous, float *size);

/* One LAMB step over a slab: every range is one tensor, with norms of its own. Norms are summed
 * in double, in an order that depends on the range's length only. */
GATUN_API int32_t gatun_lamb_step(const gatun_step *step, const gatun_lamb_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements,
                                  float *parameters, const float *gradients, float *first_moment, float *second_moment);

/* One LARS step over a slab: every range is one tensor, with norms of its own. Norms are summed
 * in double, in an order that depends on the range's length only.
 * momentum may be NULL when every group's momentum is 0. */
GATUN_API int32_t gatun_lars_step(const gatun_step *step, const gatun_lars_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements,
                                  float *parameters, const float *gradients, float *momentum);

/* The gradients' global norm and whether they are finite, in one read of them.
 *   ranges (range_count): the elements that count, as in a step;  gradients (elements) f32;
 *   norm (1) f64, written: |scale| * sqrt(sum of squares), infinite or NaN where a gradient is;
 *   first_non_finite (1) i64, written: the lowest element in a range that is infinite or NaN before scaling, or -1.
 * Squares are exact and summed in double, in an order that depends on the lengths of the ranges only. */
GATUN_API int32_t gatun_gradient_norm(const gatun_range *ranges, int64_t range_count, int64_t elements,
                                      const float *gradients, double scale, double *norm,
                                      int64_t *first_non_finite);

/* The same with one norm for each range: norms (range_count) f64, written. For clipping per parameter, and with the
 * parameters as values too, for adaptive clipping. */
GATUN_API int32_t gatun_gradient_norms(const gatun_range *ranges, int64_t range_count, int64_t elements,
                                       const float *values, double scale, double *norms, int64_t *first_non_finite);

/* The norm of weight * gradient over all ranges, as gatun_gradient_norm: what adaptive sharpness-aware minimisation
 * divides by (see gatun_perturb).  weights (elements) f32;  first_non_finite (1) i64, written: the lowest element in a
 * range whose weight or gradient is infinite or NaN, or -1. Products are exact, their squares rounded to double. */
GATUN_API int32_t gatun_weighted_gradient_norm(const gatun_range *ranges, int64_t range_count, int64_t elements,
                                               const float *weights, const float *gradients, double scale,
                                               double *norm, int64_t *first_non_finite);

/* ---- optimizers of matrices -------------------------------------------------------------------------------------- */

/* A tensor of a slab as a matrix, whatever its order in memory: element (i, j) lies at slab element
 * row_offsets[i] + column_offsets[j], no two at the same place. Rows are outputs, columns are all the rest. Padding is in
 * no row and no column: it is neither read nor written. */
typedef struct gatun_matrix {
    int64_t rows;
    int64_t columns;
    int64_t range;                  /* index into the array of ranges: the one the tensor fills */
    const int64_t *row_offsets;     /* (rows) i64 */
    const int64_t *column_offsets;  /* (columns) i64 */
} gatun_matrix;

/* Muon. With g as in every step (scaled, clipped, negated where the group maximizes):
 * m <- momentum * m + (1 - momentum) * g;  u = nesterov ? momentum * m + (1 - momentum) * g : m;
 * X = u / max(|u|, epsilon), |u| the Frobenius norm;
 * newton_schulz_steps times, by products of the caller's:  A = X X';  X <- (a + b * A + c * A^2) X;
 * w <- w * (1 - learning_rate * weight_decay) - learning_rate * f * X,
 * f = match_adamw ? 0.2 * sqrt(max(rows, columns)) : sqrt(max(1, rows / columns)). */
typedef struct gatun_muon_group {
    double learning_rate;
    double weight_decay;
    double momentum;  /* in [0, 1) */
    double epsilon;
    double a;
    double b;
    double c;
    int32_t newton_schulz_steps;  /* in [0, 100) */
    int32_t nesterov;
    int32_t match_adamw;
    int32_t maximize;
} gatun_muon_group;

/* Adafactor without its first moment, as torch 2.13 has it; a step of norms:
 * rho = min(learning_rate, 1 / sqrt(t));  alpha = rho * max(epsilon2, |w| / sqrt(count));  q = t^beta2_decay;
 * w <- w * (1 - learning_rate * weight_decay);
 * matrices:  r <- r + q * (mean of g^2 over the row - r);  k <- k + q * (mean of g^2 over the column - k);
 *            v = r * k / max(mean of r, epsilon1);
 * vectors:   v <- v + q * (g^2 - v);
 * u = g / sqrt(max(v, epsilon1^2));  w <- w - alpha / max(1, |u| / (threshold * sqrt(count))) * u. */
typedef struct gatun_adafactor_group {
    double learning_rate;
    double beta2_decay;  /* <= 0 */
    double epsilon1;     /* > 0 */
    double epsilon2;
    double threshold;    /* >= 1 */
    double weight_decay;
    int32_t maximize;
    int32_t reserved;
} gatun_adafactor_group;

/*
 * In every function of this section:
 *   step (1)    groups (group_count)    ranges (range_count)    parameters, gradients and momentum: (elements) f32
 * A range is one tensor: that of matrix, or for vectors the one of index range; its group's numbers count. A norm or a
 * mean is summed in double in an order that depends on rows and columns only. What a step does around its rule, it does in
 * the functions that write parameters, which may be NULL as in every step.
 */

/* The first half of a Muon step: moves momentum and writes direction, the X above before the first iteration.
 *   direction (min(rows, columns), max(rows, columns)) f32 row-major, written: X, transposed where rows > columns. */
GATUN_API int32_t gatun_muon_direction(const gatun_step *step, const gatun_muon_group *groups, int64_t group_count,
                                       const gatun_range *ranges, int64_t range_count, int64_t elements,
                                       const gatun_matrix *matrix, const float *gradients, float *momentum,
                                       float *direction);

/* The second half: moves the parameters against direction, of the same shape. */
GATUN_API int32_t gatun_muon_update(const gatun_step *step, const gatun_muon_group *groups, int64_t group_count,
                                    const gatun_range *ranges, int64_t range_count, int64_t elements,
                                    const gatun_matrix *matrix, float *parameters, const float *direction);

/* dst = scale * src + shift * identity, both (n, n) f32; dst may be src. */
GATUN_API int32_t gatun_scale_add_identity(int64_t n, double scale, double shift, const float *src, float *dst);

/* One Adafactor step of a matrix.
 *   row_variance (rows) f32, column_variance (columns) f32: updated; zero before the first step. */
GATUN_API int32_t gatun_adafactor_matrix_step(const gatun_step *step, const gatun_adafactor_group *groups,
                                              int64_t group_count, const gatun_range *ranges, int64_t range_count,
                                              int64_t elements, const gatun_matrix *matrix, float *parameters,
                                              const float *gradients, float *row_variance, float *column_variance);

/* One Adafactor step of a vector.
 *   variance (the range's elements) f32: updated; zero before the first step. */
GATUN_API int32_t gatun_adafactor_vector_step(const gatun_step *step, const gatun_adafactor_group *groups,
                                              int64_t group_count, const gatun_range *ranges, int64_t range_count,
                                              int64_t elements, int64_t range, float *parameters, const float *gradients,
                                              float *variance);

/* ---- 8-bit states ---------------------------------------------------------------------------------------------- */

/* States of one byte per element and one f32 per block of GATUN_STATE_BLOCK elements, counted from the slab's start:
 * value = decode(code) * scale.
 *
 * A code is the leading bits of an f32 in (0, 1]: three bits of mantissa, so eight values to the octave. The largest
 * magnitude is exactly 1, each below it one step smaller, and magnitude 0 is zero:
 *   kind 0, signed: the top bit is the sign; magnitudes from 127 (1) to 1 (1.25 * 2^-16);
 *   kind 1, not negative: from 255 (1) to 1 (1.25 * 2^-32).
 * scale = the largest |value| of the block, but at least GATUN_STATE_SMALLEST_SCALE; 0 where all are zero or, of kind 0,
 * below 1.25 * 2^-16 times that. So the largest element is exact, and to encode what was decoded gives the same codes
 * and scales: a checkpoint of f32 values loses nothing. Zero stays zero. A value of kind 1 that is not zero never becomes
 * zero, since a second moment of zero would blow up the step: it becomes code 1. One of kind 0 that is too small, a unit
 * below code 1, becomes zero.
 * A block with a value that is infinite or NaN becomes NaN as a whole: its scale is NaN.
 *
 * Steps round to codes stochastically: to nearest, a moment that changes by less than half of a code's step (6 %) would
 * never change, so with beta2 = 0.999 a second moment would never shrink. A value goes up in magnitude with a probability
 * of its distance from the code below, in units of the code's step and to 16 bits. Draws: word 0 of Philox4x32-10 with
 * key (seed low, seed high) and counter (block low, block high, step low, GATUN_STATE_STREAM), plus i for element i of
 * the block, mixed as draws_of in common/block_state.h does; its low half for the first state, its high half for the
 * second. Over 1,000 steps on gradients whose scales differ by factors of up to e^4.5 within a block, Adam's updates
 * were 13 % off those with f32 states (28 % if rounded to nearest), and losses ended within 10 % of theirs. Codes with
 * a bit more of mantissa and half as many octaves were 40 to 140 % off there. */
#define GATUN_STATE_BLOCK 256

/* 2^-94: the smallest value of a block is then still a normal f32. */
#define GATUN_STATE_SMALLEST_SCALE 0x1p-94

typedef enum gatun_state_kind {
    GATUN_STATE_SIGNED = 0,
    GATUN_STATE_NON_NEGATIVE = 1
} gatun_state_kind;

/* values = decoded codes.  codes (elements) u8;  scales (ceil(elements / GATUN_STATE_BLOCK)) f32;  values (elements)
 * f32, written;  kind: a gatun_state_kind. */
GATUN_API int32_t gatun_decode_states(int64_t elements, int32_t kind, const uint8_t *codes, const float *scales,
                                      float *values);

/* The reverse, to the nearest code, ties away from zero. Of kind 1 a negative value counts as its magnitude. */
GATUN_API int32_t gatun_encode_states(int64_t elements, int32_t kind, const float *values, uint8_t *codes,
                                      float *scales);

/* gatun_adam_step with 8-bit states: first_codes of kind 0, second_codes of kind 1, both (elements) u8; first_scales and
 * second_scales (ceil(elements / GATUN_STATE_BLOCK)) f32. The rule sees the decoded states; the new ones are encoded in
 * the same pass. All of a block is encoded again where any of it lies in a range, once for each such range.
 * States start at zero: codes and scales. */
GATUN_API int32_t gatun_adam_step_8bit(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                       const gatun_range *ranges, int64_t range_count, int64_t elements,
                                       float *parameters, const float *gradients, uint8_t *first_codes,
                                       float *first_scales, uint8_t *second_codes, float *second_scales);

/* gatun_lion_step with an 8-bit state: codes of kind 0, scales, as in gatun_adam_step_8bit. */
GATUN_API int32_t gatun_lion_step_8bit(const gatun_step *step, const gatun_lion_group *groups, int64_t group_count,
                                       const gatun_range *ranges, int64_t range_count, int64_t elements,
                                       float *parameters, const float *gradients, uint8_t *codes, float *scales);

/* ---- around an optimizer --------------------------------------------------------------------------------------- */

/* slow <- slow + rate * (fast - slow);  fast <- slow: what Lookahead (Zhang et al., NeurIPS 2019) does every few steps.
 * fast, slow: (elements) f32; rate in [0, 1]. */
GATUN_API int32_t gatun_lookahead(int64_t elements, double rate, float *fast, float *slow);

/* saved <- w;  w <- w + coefficient * (adaptive ? w^2 : 1) * g in the ranges: to the sharpest weights near w.
 * Sharpness-aware minimisation (Foret et al., ICLR 2021): coefficient = rho / |g|; adaptive (Kwon et al., ICML 2021):
 * rho / |w g|, see gatun_weighted_gradient_norm. gatun_copy brings the weights back.
 *   parameters, gradients, saved: (elements) f32; saved is written outside the ranges too; coefficient is finite. */
GATUN_API int32_t gatun_perturb(const gatun_range *ranges, int64_t range_count, int64_t elements, double coefficient,
                                int32_t adaptive, float *parameters, const float *gradients, float *saved);

/* ---- losses ---------------------------------------------------------------------------------------------------- */

/* Softmax cross-entropy, forward: mean over rows of -log softmax(logits)[label].
 *   logits (rows, classes) f32 row-major;  labels (rows) i32
 *   probabilities (rows, classes) f32, written;  loss (1) f32, written;
 *   correct (1) i64, written: rows whose first largest logit is the label. A row with a NaN is never correct.
 * rows >= 1, classes >= 1. GATUN_INVALID_LABEL leaves loss and correct unwritten. Sums run in double. */
GATUN_API int32_t gatun_softmax_cross_entropy_forward(int64_t rows, int64_t classes, const float *logits,
                                                      const int32_t *labels, float *probabilities, float *loss,
                                                      int64_t *correct);

/* Its gradient: diff_logits = (probabilities - onehot(label)) * scale / rows, all (rows, classes) f32.
 * scale (1) f32, finite: read when the call runs, so that the factor of a scaled loss may change between calls. */
GATUN_API int32_t gatun_softmax_cross_entropy_backward(int64_t rows, int64_t classes, const float *probabilities,
                                                       const int32_t *labels, const float *scale,
                                                       float *diff_logits);

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
