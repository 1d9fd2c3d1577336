// Two-dimensional transforms of one tile: a one-dimensional one of every column, then of every row.
#ifndef GATUN_CPU_WINOGRAD_TILES_H
#define GATUN_CPU_WINOGRAD_TILES_H

#include "cpu/winograd_matrices.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

// from (in, in) by rows, to(row, transformed row) called for each of out rows.
template <int in, int out, typename Transform, typename Load, typename Store>
GATUN_INLINE void transform(const Transform &line, const Load &from, const Store &to)
{
    Vector half[out][in];
    GATUN_UNROLL
    for (int j = 0; j < in; ++j) {
        Vector column[in];
        Vector changed[out];
        GATUN_UNROLL
        for (int i = 0; i < in; ++i) {
            column[i] = from(i, j);
        }
        line(column, changed);
        GATUN_UNROLL
        for (int i = 0; i < out; ++i) {
            half[i][j] = changed[i];
        }
    }
    GATUN_UNROLL
    for (int i = 0; i < out; ++i) {
        Vector changed[out];
        line(half[i], changed);
        to(i, changed);
    }
}

}  // namespace
}  // namespace GATUN_ISA
}  // namespace gatun

#endif
