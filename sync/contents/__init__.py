"""What a received journal line may say, and how it is played in."""
