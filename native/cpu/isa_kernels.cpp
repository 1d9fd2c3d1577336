// The table of one instruction set's kernels.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

const Kernels kernels = {
#define GATUN_ELEMENTWISE(id, Rule) id,
#define GATUN_ELEMENTWISE_8BIT(id, Rule) id, id##_8bit,
#define GATUN_LAYERWISE(id, Rule) id, id##_norms,
#include "common/rules.def"
    {decode_signed, decode_non_negative}, {encode_signed, encode_non_negative},
    sum_of_squares, sum_of_squared_products, lookahead, perturb,
    binary_rows, unary_runs, unary_backward_runs, casts, sum_row, largest_of_row,
    place_of_largest, places_of_largest, exponentials, scale_row, add_columns, largest_of_columns, add_moments,
    add_gradient_moments, normalize, normalize_backward, row_moments, row_gradient_moments, normalize_rows,
    normalize_rows_backward,
    add, add_relu, where, relu_backward_sum, copy, dropout, find_non_finite, fake_quantizations, integers,
    softmaxes,
    {&products, {{2, 16, &f2_images, &f2_weights}, {4, 36, &f4_images, &f4_weights}}},
    {attention_forward_floats, attention_backward_floats, attention_forward, attention_backward, attention_sums_floats,
     attention_backward_parts, attention_add_parts},
};

}  // namespace GATUN_ISA
}  // namespace gatun
