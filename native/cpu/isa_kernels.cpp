// The table of one instruction set's kernels.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

const Kernels kernels = {
    adabelief, adadelta, adagrad, adam, amsgrad, adamax, lion, nadam, radam, rmsprop, rprop, sgd,
    lamb, lars, lamb_norms, lars_norms,
    adam_8bit, lion_8bit, {decode_signed, decode_non_negative}, {encode_signed, encode_non_negative},
    sum_of_squares, sum_of_squared_products, lookahead, perturb,
    add, add_relu, relu, relu_backward, relu_backward_sum, copy, dropout, find_non_finite,
};

}  // namespace GATUN_ISA
}  // namespace gatun
