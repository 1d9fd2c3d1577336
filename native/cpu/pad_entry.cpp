// Padding of one dimension with zeros. Bound by memory: compiled once.
#include <string.h>

#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace {

// Bytes of a row of the result: zeros, a row of the source, zeros.
struct Row {
    int64_t before;
    int64_t middle;
    int64_t whole;
};

// Bytes from to to of the row, to where they lie.
void write(const Row &row, const char *src, int64_t from, int64_t to, char *dst)
{
    const auto within = [&](int64_t low, int64_t high) {
        const int64_t begin = from > low ? from : low;
        const int64_t end = to < high ? to : high;
        return gatun::Share{begin, end > begin ? end : begin};
    };
    const gatun::Share before = within(0, row.before);
    const gatun::Share middle = within(row.before, row.before + row.middle);
    const gatun::Share after = within(row.before + row.middle, row.whole);
    memset(dst + before.begin, 0, static_cast<size_t>(before.end - before.begin));
    memcpy(dst + middle.begin, src + middle.begin - row.before, static_cast<size_t>(middle.end - middle.begin));
    memset(dst + after.begin, 0, static_cast<size_t>(after.end - after.begin));
}

bool product(int64_t a, int64_t b, int64_t &result)
{
    return !__builtin_mul_overflow(a, b, &result);
}

}  // namespace

extern "C" int32_t gatun_pad(int64_t outer, int64_t before, int64_t extent, int64_t after, int64_t bytes,
                             const void *src, void *dst)
{
    Row row = {};
    int64_t places = 0;
    int64_t all = 0;
    if (outer < 0 || before < 0 || extent < 0 || after < 0 || bytes < 0 ||
        __builtin_add_overflow(before, extent, &places) || __builtin_add_overflow(places, after, &places) ||
        !product(places, bytes, row.whole) || !product(row.whole, outer, all)) {
        return GATUN_INVALID_SIZE;
    }
    if (all == 0) {
        return GATUN_SUCCESS;
    }
    if (dst == nullptr || (extent > 0 && src == nullptr)) {
        return GATUN_NULL_POINTER;
    }
    row.before = before * bytes;
    row.middle = extent * bytes;
    constexpr int64_t line = 64;
    gatun::parallel_split<line>(all, [&](int64_t begin, int64_t end) {
        const char *source = static_cast<const char *>(src);
        char *target = static_cast<char *>(dst);
        for (int64_t at = begin; at < end;) {
            const int64_t index = at / row.whole;
            const int64_t from = at - index * row.whole;
            const int64_t rest = row.whole - from;
            const int64_t count = rest < end - at ? rest : end - at;
            write(row, source + index * row.middle, from, from + count, target + index * row.whole);
            at += count;
        }
    });
    return GATUN_SUCCESS;
}
