// The table of one instruction set's kernels.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

const Kernels kernels = {
    sgd, adam, add, add_relu, relu, relu_backward, relu_backward_sum, copy, dropout, find_non_finite,
};

}  // namespace GATUN_ISA
}  // namespace gatun
