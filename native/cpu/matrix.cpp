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

int32_t check_matrix(const gatun_matrix &matrix, const gatun_range &range)
{
    const int64_t rows = matrix.rows;
    const int64_t columns = matrix.columns;
    const int64_t elements = range.end - range.begin;
    if (rows < 0 || columns < 0) {
        return GATUN_INVALID_SIZE;
    }
    if (rows == 0 || columns == 0) {
        return GATUN_SUCCESS;
    }
    if (matrix.row_offsets == nullptr || matrix.column_offsets == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (rows > elements / columns) {
        return GATUN_INVALID_SIZE;
    }
    const Reach row = reach(matrix.row_offsets, rows);
    const Reach column = reach(matrix.column_offsets, columns);
    // Each is in the range by itself, so their sum does not overflow.
    if (row.lowest < range.begin || column.lowest < 0 || row.highest >= range.end ||
        column.highest >= range.end - row.highest) {
        return GATUN_INVALID_SIZE;
    }
    return GATUN_SUCCESS;
}

}  // namespace gatun
