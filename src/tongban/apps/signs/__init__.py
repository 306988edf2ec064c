"""Signs: what several settled cases of a unit together show. Found by a job, ruled on by people, told of units."""
