// The device code and a door to each of its kernels. KERNELS is the file that the package gives a
// GPU's compiler.
#include "cuda.h"

#include KERNELS

#define DOOR(kernel)                                                                          \
  extern "C" bool launch_##kernel(unsigned blocks, unsigned threads, void** arguments,        \
                                  unsigned seed) {                                            \
    return on_cpu::launch(kernel, blocks, threads, arguments, seed);                          \
  }

DOOR(keep_references)
DOOR(keep_predictions)
DOOR(plan)
DOOR(offsets_of)
DOOR(compare)
DOOR(score_pairs)
DOOR(score_bleu)
DOOR(count_1)
DOOR(count_2)
DOOR(count_4)
DOOR(count_8)
DOOR(count_16)
DOOR(count_32)
DOOR(count_long)
