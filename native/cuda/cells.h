// How a slab is shared among blocks: cut into cells, of which a block takes every gridDim.x-th. The pieces of ranges in
// a cell are found by binary search, so one launch serves any number of ranges.
#ifndef GATUN_CUDA_CELLS_H
#define GATUN_CUDA_CELLS_H

#include <stdint.h>

#include "gatun_cuda.h"

#define GATUN_DEVICE static __device__ __forceinline__
#define GATUN_KERNEL extern "C" __global__ __launch_bounds__(GATUN_CUDA_THREADS) void

// Before a loop over an array that is to stay in registers: an index that is not known when compiling would put it into
// memory.
#if defined(__CUDACC__)
#define GATUN_UNROLL _Pragma("unroll")
#else
#define GATUN_UNROLL
#endif

namespace gatun {

constexpr int threads = GATUN_CUDA_THREADS;
constexpr int64_t cell_elements = GATUN_CUDA_CELL;

// In rising order.
struct Ranges {
    const gatun_range *at;
    int64_t count;
};

// What of a range lies in a cell; never empty.
struct Piece {
    int64_t cell;
    int64_t range;
    int64_t group;
    int64_t begin;
    int64_t end;

    // Its place among the pieces of a slab: rises from piece to piece, and a range's pieces are neighbours.
    __device__ int64_t index() const
    {
        return cell + range;
    }
};

GATUN_DEVICE int64_t cell_count(int64_t elements)
{
    return elements / cell_elements + (elements % cell_elements != 0 ? 1 : 0);
}

// The first range from low on that ends after the element, or the count.
GATUN_DEVICE int64_t first_range(const Ranges &ranges, int64_t low, int64_t element)
{
    int64_t high = ranges.count;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (ranges.at[middle].end > element) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

GATUN_DEVICE int64_t cell_begin(int64_t cell)
{
    return cell * cell_elements;
}

GATUN_DEVICE int64_t cell_end(int64_t cell, int64_t elements)
{
    const int64_t end = (cell + 1) * cell_elements;
    return end < elements ? end : elements;
}

// Calls visit(cell) for each of the block's cells, in all threads.
template <typename Visit>
GATUN_DEVICE void for_each_cell(int64_t elements, const Visit &visit)
{
    const int64_t cells = cell_count(elements);
    for (int64_t cell = blockIdx.x; cell < cells; cell += gridDim.x) {
        visit(cell);
    }
}

// Calls visit(piece) for each piece in the cell, in all threads. range: where to begin to search; moved on for the
// block's next cell.
template <typename Visit>
GATUN_DEVICE void for_each_piece(const Ranges &ranges, int64_t cell, int64_t &range, const Visit &visit)
{
    const int64_t begin = cell_begin(cell);
    const int64_t end = begin + cell_elements;
    range = first_range(ranges, range, begin);
    for (int64_t i = range; i < ranges.count && ranges.at[i].begin < end; ++i) {
        const gatun_range &whole = ranges.at[i];
        const int64_t from = whole.begin > begin ? whole.begin : begin;
        const int64_t to = whole.end < end ? whole.end : end;
        if (from < to) {
            visit(Piece{cell, i, whole.group, from, to});
        }
    }
}

}  // namespace gatun

#endif
