// Sums over the rows of a matrix.
#ifndef GATUN_CPU_SUM_OF_ROWS_H
#define GATUN_CPU_SUM_OF_ROWS_H

#include <stdint.h>

#include "cpu/workspace.h"

namespace gatun {

// sums (columns) of a row-major matrix (rows, columns), in an order that depends on the shape only. Takes what it needs
// from the workspace, and computes where that has memory.
void sum_of_rows(int64_t rows, int64_t columns, const float *matrix, float *sums, Workspace &workspace);

}  // namespace gatun

#endif
