// Numbers as they are stored, read and written in pieces that stay in the first-level cache.
#ifndef GATUN_CPU_FLOAT_TYPES_H
#define GATUN_CPU_FLOAT_TYPES_H

#include "cpu/kernels.h"
#include "gatun.h"

namespace gatun {

inline bool is_float_type(int32_t type)
{
    return type >= GATUN_F32 && type <= GATUN_F16;
}

constexpr int64_t piece_elements = 1024;

// A piece (piece_elements) of what is stored as type: in place where that is f32, through a buffer else.
class Piece {
  public:
    explicit Piece(int32_t type) : type_(type) {}

    const float *read(const void *src, int64_t begin, int64_t count)
    {
        if (type_ == GATUN_F32) {
            return static_cast<const float *>(src) + begin;
        }
        active_kernels().casts[type_ - 1].widen(count, static_cast<const uint16_t *>(src) + begin, buffer_);
        return buffer_;
    }

    float *to_write(void *dst, int64_t begin)
    {
        return type_ == GATUN_F32 ? static_cast<float *>(dst) + begin : buffer_;
    }

    void written(void *dst, int64_t begin, int64_t count) const
    {
        if (type_ != GATUN_F32) {
            active_kernels().casts[type_ - 1].narrow(count, buffer_, static_cast<uint16_t *>(dst) + begin);
        }
    }

  private:
    int32_t type_;
    alignas(64) float buffer_[piece_elements];
};

// How many elements are done at once: all where nothing goes through a buffer.
inline int64_t piece_of(int32_t type, int64_t left)
{
    return type == GATUN_F32 || left < piece_elements ? left : piece_elements;
}

}  // namespace gatun

#endif
