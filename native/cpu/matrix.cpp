#include "cpu/matrix.h"

namespace gatun {

namespace {

struct Reach {
    int64_t lowest;
    int64_t highest;
};

Reach reach(const int64_t *offsets, int64_t count)
{
    Reach found = {offsets[0], offsets[0]};
    for (int64_t i = 1; i < count; ++i) {
        found.lowest = offsets[i] < found.lowest ? offsets[i] : found.lowest;
        found.highest = offsets[i] > found.highest ? offsets[i] : found.highest;
    }
    return found;
}

}  // namespace

int32_t check_matrix(const gatun_matrix *matrix, int64_t group_count, int64_t elements)
{
    if (matrix == nullptr) {
        return GATUN_NULL_POINTER;
    }
    const int64_t rows = matrix->rows;
    const int64_t columns = matrix->columns;
    if (rows < 0 || columns < 0) {
        return GATUN_INVALID_SIZE;
    }
    if (matrix->group < 0 || matrix->group >= group_count) {
        return GATUN_INVALID_VALUE;
    }
    if (rows == 0 || columns == 0) {
        return GATUN_SUCCESS;
    }
    if (matrix->row_offsets == nullptr || matrix->column_offsets == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (rows > elements / columns) {
        return GATUN_INVALID_SIZE;
    }
    const Reach row = reach(matrix->row_offsets, rows);
    const Reach column = reach(matrix->column_offsets, columns);
    // Each is in range by itself, so their sum does not overflow.
    if (row.lowest < 0 || column.lowest < 0 || row.highest >= elements || column.highest >= elements - row.highest) {
        return GATUN_INVALID_SIZE;
    }
    return GATUN_SUCCESS;
}

}  // namespace gatun
