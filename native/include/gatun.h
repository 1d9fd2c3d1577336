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
 *     bits of one may differ). Convolutions and attention alone use what an instruction set has to round once instead
 *     of twice, and give other last bits on another one.
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
#define GATUN_ABI_VERSION 9

typedef enum gatun_status {
    GATUN_SUCCESS = 0,
    GATUN_NULL_POINTER = 1,   /* a required pointer is NULL */
    GATUN_INVALID_SIZE = 2,   /* a negative count, or a range outside the slab */
    GATUN_INVALID_VALUE = 3,  /* a hyper-parameter or option outside its domain */
    GATUN_INVALID_LABEL = 4,  /* a label outside [0, classes) */
    GATUN_UNSUPPORTED = 5,    /* this processor lacks what was asked for */
    GATUN_INVALID_INDEX = 6   /* an index outside the rows it chooses from */
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
 *   average <- average_first ? w : average + (1 - average_decay) * (w - average);  bf16_weights <- w.
 *
 * A function whose parameters are NULL keeps the weights in bf16_weights alone, which must be there: w is read from it,
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
    double average_decay;     /* in [0, 1] */
    int64_t average_first;    /* 0 or 1; 1 starts the average at the weights */
    int64_t skip;             /* non-zero (a gradient was not finite): all arguments are checked, nothing is written */
    int64_t bf16_rounding;    /* of w to bf16. 0: to nearest, ties to even; 1: stochastic */
    uint64_t seed;            /* of stochastic rounding, of weights and of 8-bit states */
} gatun_step;

/* The most states that a rule has. */
#define GATUN_MOST_STATES 3

/* ---- what update rules there are: common/rules.def, the table with their formulas ---------------------------------
 *
 * A rule is a number that depends on the library's version: ask for it by name. It has hyper-parameters (fields) and
 * states, both in a fixed order. A group of hyper-parameters is an array of f64, one for each field; a field is a
 * number, or the index of one of several words (a choice). */

/* The number of a rule ("adam"), or -1 where there is none of that name. */
GATUN_API int32_t gatun_find_rule(const char *name);

/* The name of rule 0, 1, ...; NULL past the last. All text is constant and NUL-terminated. */
GATUN_API const char *gatun_rule_name(int32_t rule);

/* The name of field 0, 1, ... of a rule ("learning_rate"); NULL past the last. */
GATUN_API const char *gatun_rule_field(int32_t rule, int32_t field);

/* The words of a choice ("minimize, maximize"), "" for a number, NULL where there is no such field. */
GATUN_API const char *gatun_rule_choices(int32_t rule, int32_t field);

/* The name of state 0, 1, ... of a rule ("exp_avg"); NULL past the last. */
GATUN_API const char *gatun_rule_state(int32_t rule, int32_t state);

/* Which values a state holds, a gatun_state_kind; -1 where there is no such state. */
GATUN_API int32_t gatun_rule_state_kind(int32_t rule, int32_t state);

/* One step of a rule over a slab, in one pass (rules with norms of their own: one pass more).
 *
 *   rule: a number of gatun_find_rule; GATUN_INVALID_VALUE for a rule of matrices, which have functions of their own
 *   step (1);  groups (group_count, fields of the rule) f64
 *   ranges (range_count); range_coefficients (range_count) f64 >= 0, or NULL: the gradients of range i are multiplied
 *   by
 *     entry i too (clipping per parameter). Zero is a factor like any other
 *   parameters, gradients: (elements) f32. parameters may be NULL where bf16_weights is there: see gatun_step
 *   state0, state1, state2: (elements) f32, the rule's states in its order; zero before the first step unless the table
 *     says otherwise. What no group needs is not looked at and may be NULL
 *   average (elements) f32, the average of the weights, or NULL;  bf16_weights (elements) bf16, their copy, or NULL
 *
 * The arithmetic is f32; what is constant in a step is computed in double and rounded once. An element whose weight,
 * gradient and states are zero keeps a weight of zero as long as epsilon > 0, so padding may lie within ranges.
 * Of a layer-wise rule every range is one tensor; its norms are summed in double, in an order that depends on the
 * range's length only. */
GATUN_API int32_t gatun_update(int32_t rule, const gatun_step *step, const double *groups, int64_t group_count,
                               const gatun_range *ranges, int64_t range_count, const double *range_coefficients,
                               int64_t elements, float *parameters, const float *gradients, float *state0,
                               float *state1,
                               float *state2, float *average, uint16_t *bf16_weights);

/* The same with states of 8 bits, which see: codes0 and codes1 (elements) u8, scales0 and scales1
 * (ceil(elements / GATUN_STATE_BLOCK)) f32, all zero before the first step. The rule sees the decoded states; the new
 * ones are encoded in the same pass. All of a block is encoded again where any of it lies in a range, once for each
 * such range. GATUN_INVALID_VALUE for a rule without states of 8 bits, and for groups that need a third state. */
GATUN_API int32_t gatun_update_8bit(int32_t rule, const gatun_step *step, const double *groups, int64_t group_count,
                                    const gatun_range *ranges, int64_t range_count, const double *range_coefficients,
                                    int64_t elements, float *parameters, const float *gradients, uint8_t *codes0,
                                    float *scales0, uint8_t *codes1, float *scales1, float *average,
                                    uint16_t *bf16_weights);

/* ---- norms ------------------------------------------------------------------------------------------------------ */

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

/* A tensor of a slab as a matrix, whatever its layout: element (i, j) lies at slab element
 * row_offsets[i] + column_offsets[j], no two at the same place. Rows are outputs, columns are all the rest. Padding is
 * in no row and no column: it is neither read nor written. */
typedef struct gatun_matrix {
    int64_t rows;
    int64_t columns;
    int64_t range;                  /* index into the array of ranges: the one the tensor fills */
    const int64_t *row_offsets;     /* (rows) i64 */
    const int64_t *column_offsets;  /* (columns) i64 */
} gatun_matrix;

/*
 * In every function of this section, as in gatun_update:
 *   step (1)    groups (group_count, fields of muon or adafactor) f64    ranges, range_coefficients (range_count)
 *   parameters, gradients and momentum: (elements) f32    average, bf16_weights (elements), or NULL
 * A range is one tensor: that of matrix, or for vectors the one of index range; its group's numbers count. A norm or a
 * mean is summed in double in an order that depends on rows and columns only. What a step does besides its rule is done
 * in the functions that write parameters, which may be NULL as in every step. Formulas are in common/rules.def.
 */

/* The first half of a Muon step: moves momentum and writes direction, the X of the table before the first iteration.
 *   direction (min(rows, columns), max(rows, columns)) f32 row-major, written: X, transposed where rows > columns. */
GATUN_API int32_t gatun_muon_direction(const gatun_step *step, const double *groups, int64_t group_count,
                                       const gatun_range *ranges, int64_t range_count,
                                       const double *range_coefficients, int64_t elements, const gatun_matrix *matrix,
                                       const float *gradients, float *momentum, float *direction);

/* The second half: moves the parameters against direction, of the same shape. */
GATUN_API int32_t gatun_muon_update(const gatun_step *step, const double *groups, int64_t group_count,
                                    const gatun_range *ranges, int64_t range_count, const double *range_coefficients,
                                    int64_t elements, const gatun_matrix *matrix, float *parameters,
                                    const float *direction, float *average, uint16_t *bf16_weights);

/* dst = scale * src + shift * identity, both (n, n) f32; dst may be src. */
GATUN_API int32_t gatun_scale_add_identity(int64_t n, double scale, double shift, const float *src, float *dst);

/* One Adafactor step of a matrix.
 *   row_variance (rows) f32, column_variance (columns) f32: updated; zero before the first step. */
GATUN_API int32_t gatun_adafactor_matrix_step(const gatun_step *step, const double *groups, int64_t group_count,
                                              const gatun_range *ranges, int64_t range_count,
                                              const double *range_coefficients, int64_t elements,
                                              const gatun_matrix *matrix, float *parameters, const float *gradients,
                                              float *row_variance, float *column_variance, float *average,
                                              uint16_t *bf16_weights);

/* One Adafactor step of a vector.
 *   variance (the range's elements) f32: updated; zero before the first step. */
GATUN_API int32_t gatun_adafactor_vector_step(const gatun_step *step, const double *groups, int64_t group_count,
                                              const gatun_range *ranges, int64_t range_count,
                                              const double *range_coefficients, int64_t elements, int64_t range,
                                              float *parameters, const float *gradients, float *variance,
                                              float *average, uint16_t *bf16_weights);

/* ---- 8-bit states ---------------------------------------------------------------------------------------------- */

/* States of one byte per element and one f32 per block of GATUN_STATE_BLOCK elements, counted from the slab's start:
 * value = decode(code) * scale.
 *
 * A code is the leading bits of an f32 in (0, 1]: three bits of mantissa, so eight values to the octave. The largest
 * magnitude is exactly 1, each below it one step smaller, and magnitude 0 is zero:
 *   kind 0, signed: the top bit is the sign; magnitudes from 127 (1) to 1 (1.25 * 2^-16);
 *   kind 1, not negative: from 255 (1) to 1 (1.25 * 2^-32).
 * scale = the largest |value| of the block, but at least GATUN_STATE_SMALLEST_SCALE; 0 where all are zero or, of kind
 * 0, below 1.25 * 2^-16 times that. So the largest element is exact, and to encode what was decoded gives the same
 * codes and scales: a checkpoint of f32 values loses nothing. Zero stays zero. A value of kind 1 that is not zero never
 * becomes zero, since a second moment of zero would blow up the step: it becomes code 1. One of kind 0 that is too
 * small, a unit below code 1, becomes zero.
 * A block with a value that is infinite or NaN becomes NaN as a whole: its scale is NaN.
 *
 * Steps round to codes stochastically: to nearest, a moment that changes by less than half of a code's step (6 %) would
 * never change, so with beta2 = 0.999 a second moment would never shrink. A value goes up in magnitude with a
 * probability of its distance from the code below, in units of the code's step and to 16 bits. Draws: word 0 of
 * Philox4x32-10 with key (seed low, seed high) and counter (block low, block high, step low, GATUN_STATE_STREAM), plus
 * i for element i of the block, mixed as draws_of in common/block_state.h does; its low half for the first state, its
 * high half for the second. Over 1,000 steps on gradients whose scales differ by factors of up to e^4.5 within a block,
 * Adam's updates were 13 % off those with f32 states (28 % if rounded to nearest), and losses ended within 10 % of
 * theirs. Codes with a bit more of mantissa and half as many octaves were 40 to 140 % off there. */
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

/* ---- wrappers of an optimizer --------------------------------------------------------------------------------- */

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
 * scale (1) f32: the gradient by the loss, read when the call runs. One that is not finite reaches all gradients. */
GATUN_API int32_t gatun_softmax_cross_entropy_backward(int64_t rows, int64_t classes, const float *probabilities,
                                                       const int32_t *labels, const float *scale,
                                                       float *diff_logits);

/* ---- elementwise ----------------------------------------------------------------------------------------------- */

/* dst = a + b, all (elements) f32; dst may be a or b. */
GATUN_API int32_t gatun_add_forward(int64_t elements, const float *a, const float *b, float *dst);

/* dst = max(a + b, 0), all (elements) f32; dst may be a or b. NaN stays NaN. */
GATUN_API int32_t gatun_add_relu_forward(int64_t elements, const float *a, const float *b, float *dst);

/* dst = condition is not 0 ? a : b, all (elements) f32; a NaN is not 0. What is not chosen has no influence. */
GATUN_API int32_t gatun_where_forward(int64_t elements, const float *condition, const float *a, const float *b,
                                      float *dst);

/* Rows that indices name: dst (outer, count, inner) = src (outer, rows, inner) at indices (count) i32 of the middle
 * dimension. GATUN_INVALID_INDEX, and nothing written, where one is not in [0, rows). */
GATUN_API int32_t gatun_gather(int64_t outer, int64_t rows, int64_t inner, int64_t count, const float *src,
                               const int32_t *indices, float *dst);

/* Its gradient: dst (outer, rows, inner), written, is the sum of those rows of diff (outer, count, inner) whose indices
 * name it; what names skipped is left out (-1: nothing is). Added in the order of the indices. */
GATUN_API int32_t gatun_scatter_add(int64_t outer, int64_t rows, int64_t inner, int64_t count, int64_t skipped,
                                    const float *diff, const int32_t *indices, float *dst);

/* Labels as vectors: dst (outer, classes, inner) f32 is 1 where labels (outer, inner) i32 name the class and 0
 * elsewhere; a label of ignored is all zeros. classes >= 1. GATUN_INVALID_LABEL, and nothing written, where one is
 * neither in [0, classes) nor ignored. */
GATUN_API int32_t gatun_one_hot(int64_t outer, int64_t classes, int64_t inner, int64_t ignored, const int32_t *labels,
                                float *dst);

/* Where the largest elements are: dst (outer, inner) i32 is the place of the first largest of src (outer, extent,
 * inner) along its middle dimension; a NaN is larger than all numbers. 1 <= extent < 2^31. */
GATUN_API int32_t gatun_argmax(int64_t outer, int64_t extent, int64_t inner, const float *src, int32_t *dst);

/* dst (outer, before + extent + after, bytes) is src (outer, extent, bytes) with zeros before and after, all u8: any
 * type, of so many bytes at each place. dst and src are apart. */
GATUN_API int32_t gatun_pad(int64_t outer, int64_t before, int64_t extent, int64_t after, int64_t bytes,
                            const void *src, void *dst);

/* Resizes and pads along the middle dimension: place k of dst (outer, count, inner) is (1 - weights[k]) times place
 * first[k] of src (outer, extent, inner) plus weights[k] times place second[k], which has no part in it where its
 * weight is 0. first, second (count) i32, weights (count) f32. GATUN_INVALID_INDEX, and nothing written, where a place
 * is not in [0, extent). */
GATUN_API int32_t gatun_resample_forward(int64_t outer, int64_t extent, int64_t inner, int64_t count,
                                         const int32_t *first, const int32_t *second, const float *weights,
                                         const float *src, float *dst);

/* Its gradient: dst (outer, extent, inner), written, sums what each place had a part in, times its weight there, over
 * diff (outer, count, inner), in the order of k. */
GATUN_API int32_t gatun_resample_backward(int64_t outer, int64_t extent, int64_t inner, int64_t count,
                                          const int32_t *first, const int32_t *second, const float *weights,
                                          const float *diff, float *dst);

/* The most dimensions of the kernels that take extents and strides. */
#define GATUN_MAX_RANK 12

/* How floating-point numbers are stored. */
typedef enum gatun_float_type {
    GATUN_F32 = 0,
    GATUN_BF16 = 1,
    GATUN_F16 = 2
} gatun_float_type;

/* dst = src in another type, (elements) of a gatun_float_type each; dst and src are apart. Rounded to nearest, ties to
 * even; what is too large becomes infinite; a NaN stays one, and quiet. */
GATUN_API int32_t gatun_cast(int32_t from, int32_t to, int64_t elements, const void *src, void *dst);

/* What a gradient is computed from: x, or the result y where it says so. */
typedef enum gatun_unary_function {
    GATUN_UNARY_RELU = 0,          /* from y; 0 where y <= 0, whatever diff_dst is */
    GATUN_UNARY_SIGMOID = 1,       /* from y */
    GATUN_UNARY_TANH = 2,          /* from y */
    GATUN_UNARY_EXP = 3,           /* from y */
    GATUN_UNARY_LOG = 4,
    GATUN_UNARY_SQRT = 5,          /* from y */
    GATUN_UNARY_SQUARE = 6,
    GATUN_UNARY_ABS = 7,
    GATUN_UNARY_NEGATE = 8,
    GATUN_UNARY_RECIPROCAL = 9,
    GATUN_UNARY_GELU = 10,         /* x times the probability of at most x */
    GATUN_UNARY_GELU_TANH = 11,    /* with (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2 for it */
    GATUN_UNARY_SILU = 12,
    GATUN_UNARY_HARD_SIGMOID = 13, /* min(max(x / 6 + 1/2, 0), 1) */
    GATUN_UNARY_HARD_SWISH = 14,   /* x times that */
    GATUN_UNARY_MISH = 15,         /* x * tanh(log(1 + e^x)) */
    GATUN_UNARY_LEAKY_RELU = 16,   /* from y; first: slope below 0 */
    GATUN_UNARY_ELU = 17,          /* from y; first: factor of e^x - 1 below 0 */
    GATUN_UNARY_CLIP = 18,         /* min(max(x, first), second) */
    GATUN_UNARY_SOFTPLUS = 19,     /* log(1 + e^(first * x)) / first, first > 0 */
    GATUN_UNARY_POWER = 20         /* x^first, first finite */
} gatun_unary_function;

/* dst = function(src), (elements) stored as type, a gatun_float_type; dst may be src. function: a gatun_unary_function
 * with the constants that it names. Results in f32 are off by at most 4 units in their last place, GELU by 6, GELU_TANH
 * by 4 times 1 + |x|^3 / 4; of 16 bits they are those in f32, rounded. NaN stays NaN, but for x^0 = 1. */
GATUN_API int32_t gatun_unary_forward(int32_t function, int32_t type, int64_t elements, double first, double second,
                                      const void *src, void *dst);

/* Its gradient: diff_src = diff_dst * slope, all (elements) stored as type. known: the function's argument, or its
 * result where the table says so. diff_src may be diff_dst. */
GATUN_API int32_t gatun_unary_backward(int32_t function, int32_t type, int64_t elements, double first, double second,
                                       const void *known, const void *diff_dst, void *diff_src);

typedef enum gatun_binary_function {
    GATUN_BINARY_ADD = 0,
    GATUN_BINARY_SUBTRACT = 1,
    GATUN_BINARY_MULTIPLY = 2,
    GATUN_BINARY_DIVIDE = 3,
    GATUN_BINARY_MAXIMUM = 4,      /* NaN where either is */
    GATUN_BINARY_MINIMUM = 5,      /* NaN where either is */
    GATUN_BINARY_GREATER = 6,      /* 1 or 0; 0 where either is NaN */
    GATUN_BINARY_GREATER_EQUAL = 7 /* 1 or 0; 0 where either is NaN */
} gatun_binary_function;

/* dst = function(a, b) for each index of a tensor of rank dimensions, outermost first.
 *   extents, a_strides, b_strides (rank) i64, strides in elements and at least 0: along a stride of 0 an operand
 *   repeats;
 *   dst (extents) f32, dense;  a, b f32: what extents and strides reach;  function: a gatun_binary_function.
 * 1 <= rank <= GATUN_MAX_RANK. dst may be an operand that lies as dst does. */
GATUN_API int32_t gatun_binary_forward(int32_t function, int32_t rank, const int64_t *extents,
                                       const int64_t *a_strides, const int64_t *b_strides, const float *a,
                                       const float *b, float *dst);

typedef enum gatun_reduction {
    GATUN_REDUCE_SUM = 0,
    GATUN_REDUCE_MEAN = 1, /* NaN of nothing */
    GATUN_REDUCE_MAX = 2   /* NaN where one is; minus infinity of nothing */
} gatun_reduction;

/* Takes the elements along some dimensions of a tensor of rank dimensions together.
 *   extents (rank) i64;  reduced (rank) i32, not 0 where the dimension goes;  src (extents) f32, dense;
 *   dst f32, dense: the extents that stay, in their order;  reduction: a gatun_reduction.
 * 1 <= rank <= GATUN_MAX_RANK. Sums run in double, in an order that does not depend on the number of threads. */
GATUN_API int32_t gatun_reduce_forward(int32_t reduction, int32_t rank, const int64_t *extents,
                                       const int32_t *reduced, const float *src, float *dst);

/* Rounding to the integers low .. high, of x (outer, channels, inner) f32, with a scale for each channel:
 *   y = scale * (clamp(round(x / scale) + zero_point, low, high) - zero_point), halves to even.
 *   scale (channels) f32, above 0;  zero_point (channels) f32, integers within low .. high, null for 0;
 *   -65536 <= low <= 0 < high <= 65536;  y like x, and may be x. A NaN stays one. */
GATUN_API int32_t gatun_fake_quantize_forward(int64_t outer, int64_t channels, int64_t inner, int32_t low,
                                              int32_t high, const float *x, const float *scale,
                                              const float *zero_point, float *y);

/* Its gradient: diff_x is diff_y where round(x / scale) + zero_point is within low .. high, and 0 elsewhere; diff_scale
 * (channels), null where it is not wanted, is factor times the sum of diff_y times round(x / scale) - x / scale within,
 * low - zero_point below and high - zero_point above. diff_x may be diff_y. Sums run in double, in an order that does
 * not depend on the number of threads. */
GATUN_API int32_t gatun_fake_quantize_backward(int64_t outer, int64_t channels, int64_t inner, int32_t low,
                                               int32_t high, double factor, const float *diff_y, const float *x,
                                               const float *scale, const float *zero_point, float *diff_x,
                                               float *diff_scale);

/* Real numbers to integers of 8 bits, of x (outer, channels, inner) f32, with a scale for each channel:
 *   q = clamp(round(x / scale) + zero_point, low, high), halves to even; 0 for a NaN.
 *   scale (channels) f32, above 0;  zero_point (channels) f32, integers within low .. high, null for 0;
 *   q like x: u8 for 0 <= low < high <= 255, i8 for -128 <= low <= 0 < high <= 127. */
GATUN_API int32_t gatun_quantize(int64_t outer, int64_t channels, int64_t inner, int32_t low, int32_t high,
                                 const float *x, const float *scale, const float *zero_point, uint8_t *q);

/* And back: y = scale * (q - zero_point); q (outer, channels, inner) i8 where is_signed is not 0, else u8; y like q,
 * f32. */
GATUN_API int32_t gatun_dequantize(int64_t outer, int64_t channels, int64_t inner, int32_t is_signed,
                                   const uint8_t *q, const float *scale, const float *zero_point, float *y);

/* y = clamp(round(f(a_scale * (a - a_zero_point) + b_scale * (b - b_zero_point)) / scale) + zero_point, low, high),
 * halves to even, with f(x) = max(x, 0) where relu is not 0.
 *   a, b, y (count), i8 or u8;  y by low and high as above, and may be a or b;  b null for one term;
 *   scales (1) f32;  zero points (1) f32, null for 0. */
GATUN_API int32_t gatun_quantized_sum(int64_t count, int32_t a_signed, const uint8_t *a, const float *a_scale,
                                      const float *a_zero_point, int32_t b_signed, const uint8_t *b,
                                      const float *b_scale, const float *b_zero_point, int32_t relu, int32_t low,
                                      int32_t high, const float *scale, const float *zero_point, uint8_t *y);

typedef enum gatun_softmax_kind {
    GATUN_SOFTMAX = 0,    /* e^x over the sum of all e^x */
    GATUN_LOG_SOFTMAX = 1 /* its logarithm */
} gatun_softmax_kind;

/* dst = kind(src), both (outer, extent, inner) f32, along their middle dimension; dst may be src. kind: a
 * gatun_softmax_kind. extent >= 1. What has a NaN, plus infinity, or nothing but minus infinity along that dimension
 * becomes NaN. Sums run in double, in an order that does not depend on the number of threads. */
GATUN_API int32_t gatun_softmax_forward(int32_t kind, int64_t outer, int64_t extent, int64_t inner, const float *src,
                                        float *dst);

/* Its gradient, all (outer, extent, inner) f32: diff_src = dst * (diff_dst - sum of dst * diff_dst), of the logarithm
 * diff_dst - e^dst * sum of diff_dst. diff_src may be either of the others. */
GATUN_API int32_t gatun_softmax_backward(int32_t kind, int64_t outer, int64_t extent, int64_t inner, const float *dst,
                                         const float *diff_dst, float *diff_src);

/* The gradient of a ReLU whose result had two uses: diff_src = dst > 0 ? diff_dst_a + diff_dst_b : 0, all (elements)
 * f32; diff_src may be either diff_dst. */
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

/* Images (images, channels, pixels) f32 in memory: (images, ceil(channels / width), pixels, width), dense. width is 1
 * in row-major order, channels in channels last, and the size of the block in a blocked layout, where zeros stand in
 * for what lies behind the last channel. All counts are at least 1. */
typedef struct gatun_channels {
    int64_t images;
    int64_t channels;
    int64_t pixels;
    int64_t width;
} gatun_channels;

/*
 * In every function of a batch normalisation:
 *   channels (1);  src, dst, diff_dst, diff_src: images as it says;
 *   mean, variance (channels) f32, the biased variance;  scale, shift (channels) f32;
 *   relu: not 0 where a ReLU follows;
 *   scratch: gatun_batch_normalization_scratch bytes, whose contents afterwards are undefined.
 * Sums run in double, in an order that does not depend on the number of threads.
 */

/* The bytes of scratch memory; -1 for channels that are no such images, or too large. */
GATUN_API int64_t gatun_batch_normalization_scratch(const gatun_channels *channels);

/* mean and variance of src, and dst = (src - mean) / sqrt(variance + epsilon) * scale + shift + addend, then max(., 0)
 * where relu is not 0: all written. NaN stays NaN.
 *   addend: images as src, such as the shortcut of a residual block; null for none; dst may be addend;
 *   dst: null for mean and variance alone, when scale, shift and addend are not read. */
GATUN_API int32_t gatun_batch_normalization_forward(const gatun_channels *channels, const float *src, double epsilon,
                                                    const float *scale, const float *shift, const float *addend,
                                                    int32_t relu, float *dst, float *mean, float *variance,
                                                    void *scratch);

/* The gradient of that, of relu too: the ReLU's result is computed again from src.
 *   frozen: not 0 where mean and variance are constants, 0 where they are src's own;
 *   diff_scale, diff_shift (channels) f32, written;  diff_src may be diff_dst. */
GATUN_API int32_t gatun_batch_normalization_backward(const gatun_channels *channels, const float *src,
                                                     const float *diff_dst, const float *mean, const float *variance,
                                                     double epsilon, const float *scale, const float *shift,
                                                     int32_t relu, int32_t frozen, float *diff_src,
                                                     float *diff_scale, float *diff_shift, void *scratch);

/*
 * Group normalisation: the channels of each image in groups of channels / groups, normalised together. One group is a
 * layer normalisation of images, as many as channels are an instance normalisation.
 *   channels (1), src, dst, diff_dst, diff_src as above;  groups divide the channels;
 *   mean, variance (images, groups) f32, the biased variance;
 *   scale, shift (channels) f32, or both NULL for 1 and 0;
 *   scratch (scratch_bytes): as many as gatun_group_normalization_scratch says, GATUN_INVALID_SIZE where it is less;
 *   what it holds afterwards is undefined.
 */

/* The bytes of scratch memory with the present number of threads; -1 for channels that are no such images, or too
 * large, or that the groups do not divide. */
GATUN_API int64_t gatun_group_normalization_scratch(const gatun_channels *channels, int64_t groups);

/* mean and variance of src, and dst = (src - mean) / sqrt(variance + epsilon) * scale + shift: all written. */
GATUN_API int32_t gatun_group_normalization_forward(const gatun_channels *channels, int64_t groups, const float *src,
                                                    double epsilon, const float *scale, const float *shift,
                                                    float *dst, float *mean, float *variance, void *scratch,
                                                    int64_t scratch_bytes);

/* The gradient of that. diff_scale, diff_shift (channels) f32, written, or both NULL; diff_src may be diff_dst. */
GATUN_API int32_t gatun_group_normalization_backward(const gatun_channels *channels, int64_t groups,
                                                     const float *src, const float *diff_dst, const float *mean,
                                                     const float *variance, double epsilon, const float *scale,
                                                     float *diff_src, float *diff_scale, float *diff_shift,
                                                     void *scratch, int64_t scratch_bytes);

/*
 * Layer normalisation: each row of a matrix is normalised by itself.
 *   src, dst, diff_dst, diff_src (rows, features) f32, dense, counts of at least 1;
 *   mean, variance (rows) f32, the biased variance. mean NULL is RMS normalisation: nothing is subtracted, and variance
 *   is the mean of the squares;
 *   scale, shift (features) f32, NULL for 1 and 0;
 *   scratch (scratch_bytes): as many as gatun_layer_normalization_scratch says, GATUN_INVALID_SIZE where it is less;
 *   what it holds afterwards is undefined.
 * Sums run in double, in an order that does not depend on the number of threads. A NaN stays in its row, and in the
 * gradients of scale and shift.
 */

/* The bytes of scratch memory; -1 for counts below 1 or too large. */
GATUN_API int64_t gatun_layer_normalization_scratch(int64_t rows, int64_t features);

/* mean and variance of src, and dst = (src - mean) / sqrt(variance + epsilon) * scale + shift: all written. dst may be
 * src. */
GATUN_API int32_t gatun_layer_normalization_forward(int64_t rows, int64_t features, const float *src, double epsilon,
                                                    const float *scale, const float *shift, float *dst, float *mean,
                                                    float *variance, void *scratch, int64_t scratch_bytes);

/* The gradient of that. diff_scale, diff_shift (features) f32, written; diff_shift may be NULL, or both; diff_src may
 * be diff_dst. */
GATUN_API int32_t gatun_layer_normalization_backward(int64_t rows, int64_t features, const float *src,
                                                     const float *diff_dst, const float *mean, const float *variance,
                                                     double epsilon, const float *scale, float *diff_src,
                                                     float *diff_scale, float *diff_shift, void *scratch,
                                                     int64_t scratch_bytes);

/* ---- convolutions ---------------------------------------------------------------------------------------------- */

/* A two-dimensional convolution without groups and dilation. Tensors are f32:
 *   src (batch, height, width, in_channels), dst (batch, out_height, out_width, out_channels) with
 *   out_height = (height + padding_top + padding_bottom - kernel_height) / stride_height + 1, out_width likewise;
 *   weights (out_channels, kernel_height, kernel_width, in_channels); bias (out_channels).
 * All counts are at least 1, paddings at least 0. */
typedef struct gatun_convolution {
    int64_t batch;
    int64_t in_channels;
    int64_t out_channels;
    int64_t height;
    int64_t width;
    int64_t kernel_height;
    int64_t kernel_width;
    int64_t stride_height;
    int64_t stride_width;
    int64_t padding_top;
    int64_t padding_left;
    int64_t padding_bottom;
    int64_t padding_right;
} gatun_convolution;

/* How to compute it. Winograd's minimal filtering F(m x m, 3 x 3) is for kernels of 3x3, stride 1 and paddings up to 2.
 * It multiplies less often (F2: 2.25 times, F4: 4 times) and rounds differently from direct sums: relative to the
 * largest results F2 errs about as much, F4 forward and in the gradient of the input two to three times as much, and in
 * the gradient of the weights less. Where an operand is infinite or NaN, a whole tile of results may become NaN; no
 * result is finite that would not be so in direct sums. Numbers above 1e36 may overflow. */
typedef enum gatun_convolution_algorithm {
    GATUN_CONVOLUTION_WINOGRAD_F2 = 0,
    GATUN_CONVOLUTION_WINOGRAD_F4 = 1
} gatun_convolution_algorithm;

typedef enum gatun_convolution_pass {
    GATUN_CONVOLUTION_FORWARD = 0,
    GATUN_CONVOLUTION_BACKWARD_DATA = 1,
    GATUN_CONVOLUTION_BACKWARD_WEIGHTS = 2
} gatun_convolution_pass;

/* bytes (1) i64, written: the workspace that a pass needs with the present number of threads.
 * GATUN_UNSUPPORTED where the algorithm does not compute that pass of that convolution. */
GATUN_API int32_t gatun_convolution_workspace(const gatun_convolution *convolution, int32_t algorithm, int32_t pass,
                                              int64_t *bytes);

/* dst = src * weights (+ bias, unless NULL), then max(., 0) where relu is not 0; NaN stays NaN.
 * workspace (workspace_bytes): overlaps nothing; what it holds afterwards is undefined. GATUN_INVALID_SIZE where it is
 * too small. */
GATUN_API int32_t gatun_convolution_forward(const gatun_convolution *convolution, int32_t algorithm, const float *src,
                                            const float *weights, const float *bias, int32_t relu, float *dst,
                                            void *workspace, int64_t workspace_bytes);

/* diff_src, of the shape of src, from diff_dst, of the shape of dst. */
GATUN_API int32_t gatun_convolution_backward_data(const gatun_convolution *convolution, int32_t algorithm,
                                                  const float *diff_dst, const float *weights, float *diff_src,
                                                  void *workspace, int64_t workspace_bytes);

/* diff_weights, of the shape of weights, and diff_bias (out_channels), unless NULL, the sum of diff_dst. */
GATUN_API int32_t gatun_convolution_backward_weights(const gatun_convolution *convolution, int32_t algorithm,
                                                     const float *src, const float *diff_dst, float *diff_weights,
                                                     float *diff_bias, void *workspace, int64_t workspace_bytes);

/* ---- attention ------------------------------------------------------------------------------------------------ */

/* Scaled dot-product attention of batch pairs of matrices: of each, query (queries, width), key (keys, width) and value
 * (keys, outputs) give dst (queries, outputs) = dropped(softmax(scale * query * key^T + mask)) * value. All counts are
 * at least 1.
 *   causal: where not 0, query i sees keys 0 .. i only.
 *   mask_row, mask_column: from one query and from one key to the next in the mask, in elements.
 *   rate, stream: as of gatun_dropout, over the weights (batch, queries, keys) f32 as they would lie in memory.
 * Scores and weights exist in blocks only. Where all scores of a query are minus infinity, or one is NaN, its results
 * are NaN. */
typedef struct gatun_attention {
    int64_t batch;
    int64_t queries;
    int64_t keys;
    int64_t width;
    int64_t outputs;
    int64_t mask_row;
    int64_t mask_column;
    double scale;
    double rate;
    int32_t causal;
    uint32_t stream;
} gatun_attention;

/* bytes (1) i64, written: the workspace that a pass needs with the present number of threads; backward is not 0 for
 * the gradients. */
GATUN_API int32_t gatun_attention_workspace(const gatun_attention *attention, int32_t backward, int64_t *bytes);

/* mask: f32, NULL for none; that of batch b begins at element mask_offsets[b], (batch) i64. random: may be NULL where
 * rate is 0. log_sums (batch, queries), written: the logarithm of the sum of the exponentials of each query's scores.
 * workspace (workspace_bytes): GATUN_INVALID_SIZE where it is too small. */
GATUN_API int32_t gatun_attention_forward(const gatun_attention *attention, const float *query, const float *key,
                                          const float *value, const float *mask, const int64_t *mask_offsets,
                                          const gatun_random *random, float *dst, float *log_sums, void *workspace,
                                          int64_t workspace_bytes);

/* diff_query, diff_key and diff_value, of the shapes of the three, from what the forward pass wrote, and diff_dst. */
GATUN_API int32_t gatun_attention_backward(const gatun_attention *attention, const float *query, const float *key,
                                           const float *value, const float *mask, const int64_t *mask_offsets,
                                           const gatun_random *random, const float *dst, const float *log_sums,
                                           const float *diff_dst, float *diff_query, float *diff_key,
                                           float *diff_value, void *workspace, int64_t workspace_bytes);

/* ---- checks ---------------------------------------------------------------------------------------------------- */

/* first (1) i64, written: the index of the first element of src (elements) f32 that is infinite or NaN, or -1. */
GATUN_API int32_t gatun_find_non_finite(int64_t elements, const float *src, int64_t *first);

#ifdef __cplusplus
}
#endif

#endif /* GATUN_H */
